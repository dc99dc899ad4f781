from django.db import migrations

# What earlier merges left behind: the keys of accounts that went, unless somebody bears them now.
REMEMBER = """
INSERT INTO accounts_accountalias (program_id, account_id, kind, value, since)
SELECT m.program_id, m.survivor_id, k.kind, m.facts ->> k.kind, m.at
FROM duplicates_merge m, (VALUES ('domain'), ('external_id')) k (kind)
WHERE m.facts ->> k.kind <> '' AND NOT EXISTS (
    SELECT 1 FROM accounts_account a WHERE a.program_id = m.program_id
    AND CASE k.kind WHEN 'domain' THEN a.domain ELSE a.external_id END = m.facts ->> k.kind)
ON CONFLICT (program_id, kind, value) DO NOTHING
"""


class Migration(migrations.Migration):
    """Accounts merged before aliases were kept stay merged when a list names them again."""

    dependencies = [
        ("accounts", "0013_account_aliases"),
        ("duplicates", "0002_same_program"),
    ]

    operations = [migrations.RunSQL(REMEMBER, migrations.RunSQL.noop)]
