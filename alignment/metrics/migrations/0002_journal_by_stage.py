"""The journal by when leads reached a stage: funnels read a period of it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0001_snapshots_and_assumptions"),
        ("accounts", "0014_opportunities"),
        ("sla", "0005_one_row_a_form"),
    ]

    operations = [
        migrations.RunSQL(
            sql=[
                "CREATE INDEX journal_of_stages ON accounts_journalevent (program_id, kind, at)"
                " WHERE kind IN ('became_engaged', 'became_mql', 'became_sql')",
                "CREATE INDEX handoff_by_handing ON sla_handoff (program_id, handed_at)",
            ],
            reverse_sql=["DROP INDEX handoff_by_handing", "DROP INDEX journal_of_stages"],
        ),
    ]
