import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0024_journal_after_a_restore"),
        ("campaigns", "0006_by_change"),
        ("people", "0009_letter_keys"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="campaignaccount",
            name="account_once_a_campaign",
        ),
        migrations.AlterField(
            model_name="campaignaccount",
            name="campaign",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="audience",
                to="campaigns.campaign",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignaccount",
            constraint=models.UniqueConstraint(
                fields=("campaign", "account"), include=("program",), name="account_once_a_campaign"
            ),
        ),
    ]
