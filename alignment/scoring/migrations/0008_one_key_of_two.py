import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0015_one_key_of_two"),
        ("scoring", "0007_account_score"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accountscore",
            name="account",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="account_score",
                serialize=False,
                to="accounts.account",
                verbose_name="account",
            ),
        ),
    ]
