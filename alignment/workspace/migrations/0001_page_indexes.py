from django.db import migrations


def index(name: str, definition: str) -> migrations.RunSQL:
    return migrations.RunSQL(f"CREATE INDEX {name} ON {definition}", f"DROP INDEX {name}")


class Migration(migrations.Migration):
    """Orders and filters of the pages here that the tables' own indexes do not serve.

    None of them holds a column that scoring rewrites.
    """

    dependencies = [
        ("accounts", "0003_database_defaults"),
        ("icp", "0001_initial"),
    ]

    operations = [
        index(
            "page_account_by_size",
            "accounts_account (program_id, coalesce(employees_high, employees_low, -1), id)",
        ),
        index("page_account_by_metro", "accounts_account (program_id, cbsa)"),
        index("page_account_by_industry", "accounts_account (program_id, naics)"),
        index("page_verdict_by_grade", "icp_verdict (program_id, grade, account_id)"),
        # "Has an MQL or SQL" of each account.
        index(
            "page_lead_handed",
            "accounts_lead (program_id, account_id) WHERE stage IN ('mql', 'sql')",
        ),
        # The few events in which a lead was handed over, for the weekly numbers.
        index(
            "page_journal_handed",
            "accounts_journalevent (program_id, kind, at)"
            " WHERE kind IN ('became_mql', 'became_sql')",
        ),
    ]
