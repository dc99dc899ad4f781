from django.db import migrations


class Migration(migrations.Migration):
    """Accounts by grade, narrowed by what they answer: read from the index alone.

    A criterion that most of the best accounts meet is unknown of rows far down the list.
    """

    dependencies = [
        ("icp", "0001_initial"),
        ("workspace", "0004_handed_leads_by_movement"),
    ]

    operations = [
        migrations.RunSQL(
            "DROP INDEX page_verdict_by_grade;"
            " CREATE INDEX page_verdict_by_grade ON icp_verdict (program_id, grade, account_id)"
            " INCLUDE (answer, yes_mask, unknown_mask)",
            "DROP INDEX page_verdict_by_grade;"
            " CREATE INDEX page_verdict_by_grade ON icp_verdict (program_id, grade, account_id)",
        ),
    ]
