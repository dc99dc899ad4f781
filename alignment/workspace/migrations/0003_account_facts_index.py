from django.db import migrations


def index(name: str, definition: str) -> migrations.RunSQL:
    return migrations.RunSQL(f"CREATE INDEX {name} ON {definition}", f"DROP INDEX {name}")


class Migration(migrations.Migration):
    """What accounts are filtered by, without the accounts, and which of them have an open lead."""

    dependencies = [
        ("accounts", "0012_merged_accounts"),
        ("workspace", "0002_saved_views"),
    ]

    operations = [
        index(
            "page_account_facts",
            "accounts_account (program_id, id) INCLUDE (state, cbsa, naics, owner_id,"
            " employees_low, employees_high, revenue_low, revenue_high)",
        ),
        index(
            "page_lead_open",
            "accounts_lead (program_id, account_id, stage) WHERE closed_at IS NULL",
        ),
    ]
