from django.db import migrations, models
from django.db.models.functions import Coalesce

# What is done keeps others away from the moment when it was done, where nobody else holds that: a
# fact is never refused. The planner of a stakeholder waits for the others before it looks.
WAS = """
CREATE FUNCTION calendar_time(touch calendar_touch) RETURNS tstzrange LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN touch.done_at IS NULL THEN tstzrange(touch.starts_at, touch.ends_at)
        WHEN touch.done_at BETWEEN touch.starts_at AND touch.ends_at
            THEN tstzrange(touch.starts_at, touch.done_at, '[]')
        ELSE tstzrange(touch.done_at, touch.done_at, '[]')
    END
$$;
CREATE OR REPLACE FUNCTION calendar_slot(touch calendar_touch) RETURNS tstzrange
    LANGUAGE sql STABLE AS $$
    SELECT tstzrange(
        lower(calendar_time(touch)) - make_interval(mins => touch.gap_hours * 30),
        upper(calendar_time(touch)) + make_interval(mins => touch.gap_hours * 30)
    )
$$;
CREATE FUNCTION calendar_is_free(person calendar_touchperson) RETURNS boolean
    LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (
        SELECT FROM calendar_touchperson other
        WHERE other.stakeholder_id = person.stakeholder_id AND other.holds
          AND other.slot && person.slot AND other.holder <> person.holder
          AND other.thread <> person.thread AND other.id <> person.id
    )
$$;
"""
FILL = """
CREATE OR REPLACE FUNCTION calendar_fill_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touch calendar_touch;
    refuses boolean;
BEGIN
    -- Planners of one person queue here, instead of in a deadlock over the exclusion constraint;
    -- so insert the people of a touch in the order of their ids.
    SELECT * INTO STRICT touch FROM calendar_touch WHERE id = NEW.touch_id FOR SHARE;
    SELECT do_not_contact INTO refuses
        FROM accounts_stakeholder WHERE id = NEW.stakeholder_id FOR NO KEY UPDATE;
    IF refuses AND touch.state = 'planned' THEN
        RAISE EXCEPTION 'stakeholder % is not to be contacted', NEW.stakeholder_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'do_not_contact_is_kept';
    END IF;
    NEW.holder := coalesce(touch.who_id, 0);
    NEW.thread := touch.thread;
    NEW.slot := calendar_slot(touch);
    NEW.holds := calendar_holds(touch);
    {yields}RETURN NEW;
END $$;
DROP TRIGGER refill_people ON calendar_touch;
CREATE TRIGGER refill_people
    AFTER UPDATE OF who_id, thread, starts_at, ends_at, gap_hours, state, external_id{done}
    ON calendar_touch FOR EACH ROW EXECUTE FUNCTION calendar_refill_people();
"""
YIELDS = """IF NEW.holds AND touch.state = 'done' THEN
        NEW.holds := calendar_is_free(NEW);
    END IF;
    """
PLANNED_SLOT = """
CREATE OR REPLACE FUNCTION calendar_slot(touch calendar_touch) RETURNS tstzrange
    LANGUAGE sql STABLE AS $$
    SELECT tstzrange(
        touch.starts_at - make_interval(mins => touch.gap_hours * 30),
        touch.ends_at + make_interval(mins => touch.gap_hours * 30)
    )
$$;
DROP FUNCTION calendar_is_free(calendar_touchperson);
DROP FUNCTION calendar_time(calendar_touch);
"""
# First nobody holds anything by what is done, so that the order in which rows are read decides nothing
# that the database would refuse.
KNOWN = """
ALTER TABLE calendar_touchperson DISABLE TRIGGER USER;
UPDATE calendar_touchperson p SET holds = false FROM calendar_touch t
    WHERE t.id = p.touch_id AND t.state = 'done' AND p.holds;
ALTER TABLE calendar_touchperson ENABLE TRIGGER USER;
UPDATE calendar_touchperson p SET holds = false FROM calendar_touch t
    WHERE t.id = p.touch_id AND t.state = 'done';
"""


class Migration(migrations.Migration):
    """A touch that is done keeps others away from when it was done, no longer from its plan."""

    dependencies = [("calendar", "0009_identical_touches")]

    operations = [
        migrations.RunSQL(
            WAS + FILL.format(yields=YIELDS, done=", done_at"),
            FILL.format(yields="", done="") + PLANNED_SLOT,
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.AddIndex(
            "touch",
            models.Index("account", Coalesce("done_at", "starts_at"), name="touch_took_place"),
        ),
    ]
