import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0008_credits_due"),
        ("people", "0005_leads_a_week"),
    ]

    operations = [
        migrations.AlterField(
            model_name="stalecredit",
            name="program",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                to="people.program",
                verbose_name="program",
            ),
        ),
        migrations.AlterField(
            model_name="stalelead",
            name="program",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                to="people.program",
                verbose_name="program",
            ),
        ),
    ]
