import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_leads_a_week"),
        ("sla", "0003_default_contract"),
        ("sla", "0004_default_reasons"),
    ]

    operations = [
        migrations.CreateModel(
            name="SlaSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outside_crm",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        verbose_name="an outside CRM confirms updates",
                    ),
                ),
                (
                    "program",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.program",
                        verbose_name="program",
                    ),
                ),
            ],
            options={
                "verbose_name": "SLA settings",
                "verbose_name_plural": "SLA settings",
            },
        ),
    ]
