"""Rows of a program point at rows of that program, and what was published stays as it is."""

from django.db import migrations

from alignment.core.constraints import same_program

FREEZE = """
CREATE FUNCTION roi_freeze() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL
        AND (NEW.content, NEW.number, NEW.calculator_id, NEW.program_id, NEW.published_at)
        IS DISTINCT FROM
        (OLD.content, OLD.number, OLD.calculator_id, OLD.program_id, OLD.published_at) THEN
        RAISE EXCEPTION 'version % was published', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER roi_version_frozen BEFORE UPDATE ON roi_calculatorversion
    FOR EACH ROW EXECUTE FUNCTION roi_freeze();

CREATE FUNCTION roi_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL
       AND EXISTS (SELECT FROM people_program WHERE id = OLD.program_id) THEN
        RAISE EXCEPTION 'version % was published and stays', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER roi_version_stays AFTER DELETE ON roi_calculatorversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION roi_stay();
"""
THAW = """
DROP TRIGGER roi_version_frozen ON roi_calculatorversion;
DROP TRIGGER roi_version_stays ON roi_calculatorversion;
DROP FUNCTION roi_freeze();
DROP FUNCTION roi_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("roi", "0001_roi_pages")]

    operations = [
        same_program(
            child="roi_calculatorversion", column="calculator_id", parent="roi_calculator"
        ),
        same_program(child="roi_roishare", column="version_id", parent="roi_calculatorversion"),
        same_program(child="roi_roishare", column="account_id", parent="accounts_account"),
        same_program(child="roi_roishare", column="stakeholder_id", parent="accounts_stakeholder"),
        same_program(
            child="roi_roishare", column="opportunity_id", parent="opportunities_opportunity"
        ),
        same_program(child="roi_roivisit", column="share_id", parent="roi_roishare"),
        migrations.RunSQL(FREEZE, THAW),
    ]
