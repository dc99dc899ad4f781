from django.db import migrations

# Two touches that name nobody of us are not known to be of the same person, so each is its own
# holder. Rows of before keep 0 until they change, which is nobody else's either.
OWN = "coalesce(touch.who_id, -touch.id)"
# What is planned and stays where it was is not planned now, so it is refused neither for those that
# stood beside it before this, nor for a person who said no since (its content may have been deleted).
FILL = """
CREATE OR REPLACE FUNCTION calendar_fill_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touch calendar_touch;
    refuses boolean;
    stays boolean := false;
    knew_nobody boolean := false;
BEGIN
    -- Planners of one person queue here, instead of in a deadlock over the exclusion constraint;
    -- so insert the people of a touch in the order of their ids.
    SELECT * INTO STRICT touch FROM calendar_touch WHERE id = NEW.touch_id FOR SHARE;
    SELECT do_not_contact INTO refuses
        FROM accounts_stakeholder WHERE id = NEW.stakeholder_id FOR NO KEY UPDATE;
    NEW.holder := {holder};
    NEW.thread := touch.thread;
    NEW.slot := calendar_slot(touch);
    NEW.holds := calendar_holds(touch);
    {stays}IF refuses AND touch.state = 'planned' AND NOT stays THEN
        RAISE EXCEPTION 'stakeholder % is not to be contacted', NEW.stakeholder_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'do_not_contact_is_kept';
    END IF;
    IF NEW.holds AND (touch.state = 'done'{yields}) THEN
        NEW.holds := calendar_is_free(NEW);
    END IF;
    RETURN NEW;
END $$;
"""
STAYS = """IF TG_OP = 'UPDATE' THEN
        stays := OLD.identity IS NOT NULL AND OLD.slot = NEW.slot AND OLD.thread = NEW.thread
            AND OLD.stakeholder_id = NEW.stakeholder_id;
        knew_nobody := OLD.holder <= 0;
    END IF;
    """
YIELDS = " OR stays AND knew_nobody AND touch.who_id IS NULL"


class Migration(migrations.Migration):
    """Two touches of one prospect that name nobody are double prospecting, too."""

    dependencies = [("calendar", "0012_done_elsewhere")]

    operations = [
        migrations.RunSQL(
            FILL.format(holder=OWN, stays=STAYS, yields=YIELDS),
            FILL.format(holder="coalesce(touch.who_id, 0)", stays="", yields=""),
        )
    ]
