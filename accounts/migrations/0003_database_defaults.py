from django.db import migrations

# Set-based statements insert without naming every column, so the database knows the defaults.
STATEMENTS = """
ALTER TABLE accounts_engagement ALTER received_at SET DEFAULT now(),
    ALTER value SET DEFAULT true, ALTER properties SET DEFAULT '{}';
ALTER TABLE accounts_journalevent ALTER cause SET DEFAULT '{}', ALTER detail SET DEFAULT '{}',
    ALTER at SET DEFAULT now();
ALTER TABLE accounts_journalevent ADD COLUMN txid xid8 NOT NULL DEFAULT pg_current_xact_id();
ALTER TABLE accounts_lead ALTER source SET DEFAULT '', ALTER stage SET DEFAULT 'new';
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_same_program")]

    operations = [migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop)]
