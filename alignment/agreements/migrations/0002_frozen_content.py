from django.db import migrations

FREEZE = """
CREATE FUNCTION agreements_freeze() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (NEW.content, NEW.kind, NEW.number, NEW.program_id)
        IS DISTINCT FROM (OLD.content, OLD.kind, OLD.number, OLD.program_id) THEN
        RAISE EXCEPTION 'version % is frozen', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agreements_version_frozen BEFORE UPDATE ON agreements_version
    FOR EACH ROW EXECUTE FUNCTION agreements_freeze();

CREATE FUNCTION agreements_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft'
       AND EXISTS (SELECT FROM people_program WHERE id = OLD.program_id) THEN
        RAISE EXCEPTION 'version % left draft and stays', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER agreements_version_stays AFTER DELETE ON agreements_version
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION agreements_stay();
"""
THAW = """
DROP TRIGGER agreements_version_frozen ON agreements_version;
DROP TRIGGER agreements_version_stays ON agreements_version;
DROP FUNCTION agreements_freeze();
DROP FUNCTION agreements_stay();
"""


class Migration(migrations.Migration):
    """From proposed on, the database itself refuses another content.

    A version goes only with its whole program, which is looked at when the transaction ends.
    """

    dependencies = [("agreements", "0001_initial")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
