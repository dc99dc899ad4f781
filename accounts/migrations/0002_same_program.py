from django.db import migrations

from alignment.core.constraints import same_program


class Migration(migrations.Migration):
    """A child's program is its parent's, whatever wrote the row."""

    dependencies = [("accounts", "0001_initial")]

    operations = [
        same_program(child="accounts_stakeholder", column="account_id", parent="accounts_account"),
        same_program(
            child="accounts_emailaddress", column="stakeholder_id", parent="accounts_stakeholder"
        ),
        same_program(child="accounts_lead", column="stakeholder_id", parent="accounts_stakeholder"),
        same_program(child="accounts_lead", column="account_id", parent="accounts_account"),
        same_program(child="accounts_engagement", column="lead_id", parent="accounts_lead"),
    ]
