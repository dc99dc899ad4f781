from django.db import migrations

from alignment.core.constraints import same_program

FREEZE = """
CREATE FUNCTION results_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- With its program a baseline may go, and who froze it may be forgotten.
    IF TG_OP = 'UPDATE' OR EXISTS (SELECT FROM people_program WHERE id = OLD.program_id) THEN
        RAISE EXCEPTION 'baseline % is frozen', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER results_baseline_frozen
    BEFORE UPDATE OF program_id, source, first, last, frozen_at ON results_baseline
    FOR EACH ROW EXECUTE FUNCTION results_stay();
CREATE TRIGGER results_figure_frozen BEFORE UPDATE ON results_baselinefigure
    FOR EACH ROW EXECUTE FUNCTION results_stay();
CREATE CONSTRAINT TRIGGER results_baseline_stays AFTER DELETE ON results_baseline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION results_stay();
CREATE CONSTRAINT TRIGGER results_figure_stays AFTER DELETE ON results_baselinefigure
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION results_stay();
"""
THAW = """
DROP TRIGGER results_baseline_frozen ON results_baseline;
DROP TRIGGER results_figure_frozen ON results_baselinefigure;
DROP TRIGGER results_baseline_stays ON results_baseline;
DROP TRIGGER results_figure_stays ON results_baselinefigure;
DROP FUNCTION results_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("results", "0001_costs_and_baselines")]

    operations = [
        same_program(
            child="results_baselinefigure", column="baseline_id", parent="results_baseline"
        ),
        migrations.RunSQL(sql=FREEZE, reverse_sql=THAW),
    ]
