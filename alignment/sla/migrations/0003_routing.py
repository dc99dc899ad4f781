import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_leads_a_week"),
        ("sla", "0002_same_program"),
    ]

    operations = [
        migrations.CreateModel(
            name="Routing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "covers_hours",
                    models.BooleanField(
                        default=False,
                        help_text="A lead that arrives while the owner of its account does not"
                        " work goes to somebody who does.",
                        verbose_name="cover the owner's hours off",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="people.program",
                        verbose_name="program",
                    ),
                ),
            ],
            options={
                "verbose_name": "routing",
                "verbose_name_plural": "routing",
                "constraints": [
                    models.UniqueConstraint(fields=("program",), name="one_routing_a_program")
                ],
            },
        ),
    ]
