import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_owned_leads_only"),
        ("people", "0005_leads_a_week"),
    ]

    operations = [
        migrations.AddField(
            model_name="accountchange",
            name="lead_id",
            field=models.BigIntegerField(null=True, verbose_name="lead"),
        ),
        migrations.AlterField(
            model_name="accountchange",
            name="account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.account",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("account__isnull", False), ("lead_id__isnull", False), _connector="XOR"
                ),
                name="change_of_an_account_or_a_lead",
            ),
        ),
    ]
