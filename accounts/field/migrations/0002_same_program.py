from django.db import migrations

from alignment.core.constraints import same_program

ACCOUNT = "accounts_account"


class Migration(migrations.Migration):
    """A child's program is its parent's, whatever wrote the row."""

    dependencies = [("field", "0001_initial")]

    operations = [
        same_program(child="field_criterionfinding", column="account_id", parent=ACCOUNT),
        same_program(child="field_heldfact", column="account_id", parent=ACCOUNT),
        same_program(child="field_heldfact", column="finding_id", parent="field_criterionfinding"),
        same_program(
            child="field_relationship", column="stakeholder_id", parent="accounts_stakeholder"
        ),
        same_program(child="field_competitor", column="account_id", parent=ACCOUNT),
    ]
