import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0015_one_key_of_two"),
        ("people", "0005_leads_a_week"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accounttoscore",
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
