"""Whatever a credit rests on says so when it changes; all that there is counts as changed.

The lists of columns are those that the touches of `queries/touches.py` and the deals read.
"""

from django.db import migrations

# Rows of a table with an account or a person: theirs of before and theirs of now.
FUNCTIONS = """
CREATE FUNCTION metrics_stale_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.account_id IS NOT NULL THEN
        INSERT INTO metrics_stalecredit (program_id, account_id)
        VALUES (OLD.program_id, OLD.account_id);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.account_id IS DISTINCT FROM OLD.account_id) THEN
        INSERT INTO metrics_stalecredit (program_id, account_id)
        SELECT NEW.program_id, NEW.account_id WHERE NEW.account_id IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION metrics_stale_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO metrics_stalecredit (program_id, stakeholder_id)
        VALUES (OLD.program_id, OLD.stakeholder_id);
    END IF;
    IF TG_OP = 'INSERT'
       OR (TG_OP = 'UPDATE' AND NEW.stakeholder_id IS DISTINCT FROM OLD.stakeholder_id) THEN
        INSERT INTO metrics_stalecredit (program_id, stakeholder_id)
        VALUES (NEW.program_id, NEW.stakeholder_id);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION metrics_stale_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO metrics_stalecredit (program_id, stakeholder_id)
    SELECT DISTINCT e.program_id, e.stakeholder_id
    FROM added e JOIN accounts_signal g ON g.id = e.signal_id WHERE g.side = 'marketing';
    RETURN NULL;
END $$;
CREATE FUNCTION metrics_stale_campaign() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO metrics_stalecredit (program_id, campaign_id) VALUES (NEW.program_id, NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION metrics_stale_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO metrics_stalecredit (program_id)
    VALUES (CASE TG_TABLE_NAME WHEN 'people_program' THEN NEW.id
            ELSE (to_jsonb(NEW) ->> 'program_id')::bigint END);
    RETURN NULL;
END $$"""


def _update(table: str, columns: str, function: str, *, only: str = "") -> str:
    """A save writes every column: only those that differ count."""
    old = ", ".join(f"OLD.{name}" for name in columns.split())
    new = ", ".join(f"NEW.{name}" for name in columns.split())
    when = f"(ROW({old}) IS DISTINCT FROM ROW({new})){only}"
    return (
        f"CREATE TRIGGER stale_credit_update AFTER UPDATE ON {table}"
        f" FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {function}()"
    )


def _row(table: str, event: str, function: str, *, when: str = "true") -> str:
    return (
        f"CREATE TRIGGER stale_credit_{event.lower()} AFTER {event} ON {table}"
        f" FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {function}()"
    )


_DONE = "{row}.side = 'marketing' AND {row}.state = 'done'"
_OLD_DONE, _NEW_DONE = _DONE.format(row="OLD"), _DONE.format(row="NEW")
TRIGGERS = [
    _row("calendar_touch", "INSERT", "metrics_stale_account", when=_NEW_DONE),
    _row("calendar_touch", "DELETE", "metrics_stale_account", when=_OLD_DONE),
    _update(
        "calendar_touch",
        "account_id side state done_at channel campaign_id",
        "metrics_stale_account",
        only=f" AND ({_OLD_DONE} OR {_NEW_DONE})",
    ),
    _row("campaigns_campaignaccount", "INSERT", "metrics_stale_account"),
    _row("campaigns_campaignaccount", "DELETE", "metrics_stale_account"),
    _update("campaigns_campaignaccount", "account_id campaign_id", "metrics_stale_account"),
    _row("opportunities_opportunity", "INSERT", "metrics_stale_account"),
    _update(
        "opportunities_opportunity",
        "account_id amount_usd opened_at closed_at",
        "metrics_stale_account",
    ),
    _row("accounts_stakeholder", "DELETE", "metrics_stale_account"),
    _update("accounts_stakeholder", "account_id", "metrics_stale_account"),
    _row("campaigns_trackmember", "INSERT", "metrics_stale_person"),
    _row("campaigns_trackmember", "DELETE", "metrics_stale_person"),
    _update("campaigns_trackmember", "track_id stakeholder_id entered_at", "metrics_stale_person"),
    "CREATE TRIGGER stale_credit_insert AFTER INSERT ON accounts_engagement"
    " REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION metrics_stale_people()",
    _row("accounts_engagement", "DELETE", "metrics_stale_person"),
    _update("accounts_engagement", "stakeholder_id signal_id occurred_at", "metrics_stale_person"),
    _update("campaigns_campaign", "starts_on ends_on", "metrics_stale_campaign"),
    _update("campaigns_track", "campaign_id", "metrics_stale_all"),
    _update("accounts_signal", "side", "metrics_stale_all"),
    _update("people_program", "time_zone", "metrics_stale_all"),
]
DROPS = [
    f"DROP TRIGGER {words[2]} ON {words[words.index('ON') + 1]}"
    for words in (trigger.split() for trigger in TRIGGERS)
]
DROP_FUNCTIONS = [
    f"DROP FUNCTION metrics_stale_{name}()"
    for name in ("account", "person", "people", "campaign", "all")
]
FILL = "INSERT INTO metrics_stalecredit (program_id) SELECT id FROM people_program"


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0003_kept_credits"),
        ("accounts", "0014_opportunities"),
        ("calendar", "0009_identical_touches"),
        ("campaigns", "0002_costs_and_tracks"),
        ("opportunities", "0001_opportunities"),
        ("people", "0005_leads_a_week"),
    ]

    operations = [
        migrations.RunSQL(sql=[FUNCTIONS, *TRIGGERS], reverse_sql=[*DROPS, *DROP_FUNCTIONS]),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
