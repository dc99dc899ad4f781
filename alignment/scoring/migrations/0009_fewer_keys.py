import django.db.models.deletion
from django.db import migrations, models

from alignment.core.constraints import same_program


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0017_fewer_keys"),
        ("people", "0005_leads_a_week"),
        ("scoring", "0008_one_key_of_two"),
    ]

    operations = [
        same_program(child="scoring_leadscore", column="lead_id", parent="accounts_lead"),
        migrations.AlterField(
            model_name="leadscore",
            name="lead",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="score",
                serialize=False,
                to="accounts.lead",
            ),
        ),
        migrations.AlterField(
            model_name="leadscore",
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
