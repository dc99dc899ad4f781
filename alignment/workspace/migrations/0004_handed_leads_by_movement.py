from django.db import migrations


class Migration(migrations.Migration):
    """The leads that were handed over last: of all that move, few are."""

    dependencies = [
        ("accounts", "0012_merged_accounts"),
        ("workspace", "0003_account_facts_index"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX page_leads_handed ON accounts_lead (program_id, stage_since, id)"
            " WHERE stage IN ('mql', 'sql') AND account_id IS NOT NULL",
            "DROP INDEX page_leads_handed",
        ),
    ]
