"""Hand-offs and human contacts say of which lead they are when they are written, as the journal does.

The columns are those that `queries/answers.py` reads.
"""

from django.db import migrations

WATCHED = {
    "sla_handoff": "lead_id owner_id handed_at brief",
    "sla_attempt": "lead_id at",
    "accounts_validationcall": "lead_id called_at",
}


def _triggers(table: str, columns: str) -> list[str]:
    old, new = (", ".join(f"{row}.{name}" for name in columns.split()) for row in ("OLD", "NEW"))
    call = "FOR EACH ROW {} EXECUTE FUNCTION metrics_stale_lead()"
    differs = f"WHEN (ROW({old}) IS DISTINCT FROM ROW({new}))"
    return [
        f"CREATE TRIGGER stale_lead_insert AFTER INSERT ON {table} {call.format('')}",
        f"CREATE TRIGGER stale_lead_delete AFTER DELETE ON {table} {call.format('')}",
        f"CREATE TRIGGER stale_lead_update AFTER UPDATE OF {', '.join(columns.split())} ON {table}"
        f" {call.format(differs)}",
    ]


TRIGGERS = [text for table, columns in WATCHED.items() for text in _triggers(table, columns)]
DROPS = [
    f"DROP TRIGGER stale_lead_{event} ON {table}"
    for table in WATCHED
    for event in ("insert", "delete", "update")
]
FILL = """
INSERT INTO metrics_stalelead (program_id, lead_id)
SELECT program_id, lead_id FROM sla_handoff
EXCEPT SELECT program_id, lead_id FROM metrics_stalelead"""


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0007_answers_to_handoffs"),
        ("accounts", "0014_opportunities"),
        ("sla", "0005_one_row_a_form"),
    ]

    operations = [
        migrations.RunSQL(sql=TRIGGERS, reverse_sql=DROPS),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
