from django.db import migrations

# A touch that a tool reports as sent is a fact, so it is kept whatever it collides with.
COPY = """
CREATE FUNCTION calendar_slot(touch calendar_touch) RETURNS tstzrange LANGUAGE sql STABLE AS $$
    SELECT tstzrange(
        touch.starts_at - make_interval(mins => touch.gap_hours * 30),
        touch.ends_at + make_interval(mins => touch.gap_hours * 30)
    )
$$;
CREATE FUNCTION calendar_holds(touch calendar_touch) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT touch.state = 'planned' OR (touch.state = 'done' AND touch.external_id IS NULL)
$$;
CREATE FUNCTION calendar_fill_person() RETURNS trigger LANGUAGE plpgsql AS $$
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
    RETURN NEW;
END $$;
CREATE TRIGGER fill_person BEFORE INSERT OR UPDATE ON calendar_touchperson
    FOR EACH ROW EXECUTE FUNCTION calendar_fill_person();
CREATE FUNCTION calendar_refill_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE calendar_touchperson SET holds = holds WHERE touch_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER refill_people
    AFTER UPDATE OF who_id, thread, starts_at, ends_at, gap_hours, state, external_id
    ON calendar_touch FOR EACH ROW EXECUTE FUNCTION calendar_refill_people();
"""

DROP = """
DROP TRIGGER refill_people ON calendar_touch;
DROP TRIGGER fill_person ON calendar_touchperson;
DROP FUNCTION calendar_refill_people();
DROP FUNCTION calendar_fill_person();
DROP FUNCTION calendar_holds(calendar_touch);
DROP FUNCTION calendar_slot(calendar_touch);
"""


class Migration(migrations.Migration):
    """The people of a touch hold its slot, whatever wrote either row."""

    dependencies = [("calendar", "0002_held_slots"), ("accounts", "0010_coded_reasons")]

    operations = [migrations.RunSQL(COPY, DROP)]
