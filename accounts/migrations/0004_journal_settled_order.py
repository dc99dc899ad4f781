from django.db import migrations


class Migration(migrations.Migration):
    """Readers of the journal go on behind (transaction, id); see accounts/api/journal.py."""

    dependencies = [("accounts", "0003_database_defaults")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX journal_settled ON accounts_journalevent (program_id, txid, id)",
            "DROP INDEX journal_settled",
        )
    ]
