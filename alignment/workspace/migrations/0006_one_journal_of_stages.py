from django.db import migrations


class Migration(migrations.Migration):
    """`journal_of_stages` has all rows of this index too, in the same order."""

    dependencies = [
        ("metrics", "0002_journal_by_stage"),
        ("workspace", "0005_verdicts_by_grade_with_answers"),
    ]

    operations = [
        migrations.RunSQL(
            "DROP INDEX page_journal_handed",
            "CREATE INDEX page_journal_handed ON accounts_journalevent (program_id, kind, at)"
            " WHERE kind IN ('became_mql', 'became_sql')",
        ),
    ]
