from django.db import migrations

FREEZE = """
CREATE FUNCTION agreements_freeze() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft'
           AND EXISTS (SELECT 1 FROM people_program WHERE id = OLD.program_id) THEN
            RAISE EXCEPTION 'version % left draft and stays', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND (NEW.content, NEW.kind, NEW.number, NEW.program_id)
        IS DISTINCT FROM (OLD.content, OLD.kind, OLD.number, OLD.program_id) THEN
        RAISE EXCEPTION 'version % is frozen', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agreements_version_frozen BEFORE UPDATE OR DELETE ON agreements_version
    FOR EACH ROW EXECUTE FUNCTION agreements_freeze();
"""
THAW = """
DROP TRIGGER agreements_version_frozen ON agreements_version;
DROP FUNCTION agreements_freeze();
"""


class Migration(migrations.Migration):
    """From proposed on, the database itself refuses another content."""

    dependencies = [("agreements", "0001_initial")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
