from django.db import migrations

# Deleting an account leaves its lines, without the link; deleting the program takes all.
KEEP = """
CREATE FUNCTION selection_keep_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.account_id IS NULL THEN
        NEW.account_id := OLD.account_id;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            NEW.account_id := NULL;
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'line % of a confirmed list stays as it is', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER listed_stays_as_it_is BEFORE UPDATE ON selection_listedtarget
    FOR EACH ROW EXECUTE FUNCTION selection_keep_listed();

CREATE FUNCTION selection_keep_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.confirmed_at IS NOT NULL AND
        (NEW.confirmed_at, NEW.revealed_at, NEW.list_hash, NEW.number, NEW.program_id)
        IS DISTINCT FROM
        (OLD.confirmed_at, OLD.revealed_at, OLD.list_hash, OLD.number, OLD.program_id) THEN
        RAISE EXCEPTION 'session % is confirmed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER confirmed_session_stays BEFORE UPDATE ON selection_session
    FOR EACH ROW EXECUTE FUNCTION selection_keep_session();
"""
LET_GO = """
DROP TRIGGER confirmed_session_stays ON selection_session;
DROP TRIGGER listed_stays_as_it_is ON selection_listedtarget;
DROP FUNCTION selection_keep_session();
DROP FUNCTION selection_keep_listed();
"""


class Migration(migrations.Migration):
    """A confirmed list, and the session that confirmed it, stay as they were."""

    dependencies = [("selection", "0001_initial")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]
