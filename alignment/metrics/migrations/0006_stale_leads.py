"""What is written of a lead puts it into the queue; all that there are wait at first.

The columns and kinds are those that `queries/steps.py` and `queries/answers.py` read.
"""

from django.db import migrations

KINDS = "('became_engaged', 'became_mql', 'became_sql', 'stage_changed')"
FUNCTIONS = """
CREATE FUNCTION metrics_stale_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.lead_id IS NOT NULL THEN
        INSERT INTO metrics_stalelead (program_id, lead_id) VALUES (OLD.program_id, OLD.lead_id);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.lead_id IS DISTINCT FROM OLD.lead_id) THEN
        INSERT INTO metrics_stalelead (program_id, lead_id)
        SELECT NEW.program_id, NEW.lead_id WHERE NEW.lead_id IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION metrics_stale_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO metrics_stalelead (program_id, lead_id)
    SELECT DISTINCT program_id, lead_id FROM added
    WHERE lead_id IS NOT NULL AND kind IN {kinds};
    RETURN NULL;
END $$;
CREATE FUNCTION metrics_stale_lead_itself() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO metrics_stalelead (program_id, lead_id) VALUES (NEW.program_id, NEW.id);
    RETURN NULL;
END $$""".replace("{kinds}", KINDS)
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


TRIGGERS = [
    # Thousands of leads rise at once: one row each in one statement.
    "CREATE TRIGGER stale_lead_insert AFTER INSERT ON accounts_journalevent"
    " REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION metrics_stale_leads()",
    "CREATE TRIGGER stale_lead_delete AFTER DELETE ON accounts_journalevent"
    f" FOR EACH ROW WHEN (OLD.kind IN {KINDS}) EXECUTE FUNCTION metrics_stale_lead()",
    # A save writes every column: only those that differ count.
    "CREATE TRIGGER stale_lead_update AFTER UPDATE OF lead_id, kind, at, detail"
    f" ON accounts_journalevent FOR EACH ROW WHEN ((OLD.kind IN {KINDS} OR NEW.kind IN {KINDS})"
    " AND ROW(OLD.lead_id, OLD.kind, OLD.at, OLD.detail)"
    " IS DISTINCT FROM ROW(NEW.lead_id, NEW.kind, NEW.at, NEW.detail))"
    " EXECUTE FUNCTION metrics_stale_lead()",
    "CREATE TRIGGER stale_lead_update AFTER UPDATE OF account_id, owner_id, source ON accounts_lead"
    " FOR EACH ROW WHEN (ROW(OLD.account_id, OLD.owner_id, OLD.source)"
    " IS DISTINCT FROM ROW(NEW.account_id, NEW.owner_id, NEW.source))"
    " EXECUTE FUNCTION metrics_stale_lead_itself()",
    *(text for table, columns in WATCHED.items() for text in _triggers(table, columns)),
]
DROPS = [
    f"DROP TRIGGER {words[2]} ON {words[words.index('ON') + 1]}"
    for words in (trigger.split() for trigger in TRIGGERS)
]
DROP_FUNCTIONS = [
    f"DROP FUNCTION metrics_stale_{name}()" for name in ("lead", "leads", "lead_itself")
]
FILL = f"""
INSERT INTO metrics_stalelead (program_id, lead_id)
SELECT program_id, lead_id FROM accounts_journalevent
WHERE lead_id IS NOT NULL AND kind IN {KINDS}
UNION SELECT program_id, lead_id FROM sla_handoff"""


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0005_steps_of_leads"),
        ("accounts", "0014_opportunities"),
        ("sla", "0005_one_row_a_form"),
    ]

    operations = [
        migrations.RunSQL(sql=[FUNCTIONS, *TRIGGERS], reverse_sql=[*DROPS, *DROP_FUNCTIONS]),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
