from django.db import migrations

from alignment.core.constraints import same_program

ACCOUNT = "accounts_account"


class Migration(migrations.Migration):
    """A child's program is its parent's, whatever wrote the row."""

    dependencies = [("intent", "0001_initial")]

    operations = [
        same_program(child="intent_surge", column="account_id", parent=ACCOUNT),
        same_program(child="intent_sitevisits", column="account_id", parent=ACCOUNT),
        same_program(child="intent_accountintent", column="account_id", parent=ACCOUNT),
    ]
