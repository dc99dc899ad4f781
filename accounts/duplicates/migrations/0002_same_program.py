from django.db import migrations

from alignment.core.constraints import same_program

ACCOUNT = "accounts_account"
PAIR = "duplicates_duplicatepair"


class Migration(migrations.Migration):
    """A child's program is its parent's, whatever wrote the row."""

    dependencies = [("duplicates", "0001_initial")]

    operations = [
        same_program(child=PAIR, column="first_id", parent=ACCOUNT),
        same_program(child=PAIR, column="second_id", parent=ACCOUNT),
        same_program(child="duplicates_merge", column="survivor_id", parent=ACCOUNT),
    ]
