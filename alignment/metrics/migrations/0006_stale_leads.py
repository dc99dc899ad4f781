"""The journal says of which lead it tells when it is written; all that there are wait at first.

The columns and kinds are those that `queries/steps.py` reads.
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
END $$""".replace("{kinds}", KINDS)
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
]
DROPS = [
    *(
        f"DROP TRIGGER stale_lead_{event} ON accounts_journalevent"
        for event in ("insert", "delete", "update")
    ),
    "DROP FUNCTION metrics_stale_lead()",
    "DROP FUNCTION metrics_stale_leads()",
]
FILL = f"""
INSERT INTO metrics_stalelead (program_id, lead_id)
SELECT DISTINCT program_id, lead_id FROM accounts_journalevent
WHERE lead_id IS NOT NULL AND kind IN {KINDS}"""


class Migration(migrations.Migration):
    dependencies = [("metrics", "0005_steps_of_leads"), ("accounts", "0014_opportunities")]

    operations = [
        migrations.RunSQL(sql=[FUNCTIONS, *TRIGGERS], reverse_sql=DROPS),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
