from django.db import migrations, models

# What makes two planned touches of one person the same: who of us, channel, start, message and content.
# Nothing for a touch that is done or skipped: what happened may have happened twice.
COPY = """
CREATE FUNCTION calendar_identity(touch calendar_touch) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN touch.state = 'planned' THEN md5(concat_ws(
        chr(31), coalesce(touch.who_id, 0), touch.channel,
        extract(epoch FROM touch.starts_at)::bigint, touch.message, coalesce(touch.asset_id, 0)
    )) END
$$;
CREATE FUNCTION calendar_identify_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT calendar_identity(t) INTO NEW.identity FROM calendar_touch t WHERE t.id = NEW.touch_id;
    RETURN NEW;
END $$;
CREATE TRIGGER identify_person BEFORE INSERT OR UPDATE ON calendar_touchperson
    FOR EACH ROW EXECUTE FUNCTION calendar_identify_person();
CREATE TRIGGER identify_people AFTER UPDATE OF channel, message, asset_id
    ON calendar_touch FOR EACH ROW EXECUTE FUNCTION calendar_refill_people();
"""

DROP = """
DROP TRIGGER identify_people ON calendar_touch;
DROP TRIGGER identify_person ON calendar_touchperson;
DROP FUNCTION calendar_identify_person();
DROP FUNCTION calendar_identity(calendar_touch);
"""

# Of touches that are there twice already, the first counts; the others stay as they are.
KNOWN = """
WITH known AS (
    SELECT p.id, calendar_identity(t) AS identity, row_number() OVER (
        PARTITION BY p.stakeholder_id, calendar_identity(t) ORDER BY p.id) AS number
    FROM calendar_touchperson p JOIN calendar_touch t ON t.id = p.touch_id
    WHERE t.state = 'planned'
)
UPDATE calendar_touchperson p SET identity = known.identity
FROM known WHERE known.id = p.id AND known.number = 1
"""


class Migration(migrations.Migration):
    """The same touch is not planned twice, whatever writes it."""

    dependencies = [("calendar", "0008_touches_of_person_by_time")]

    operations = [
        migrations.AddField(
            "touchperson",
            "identity",
            models.CharField(max_length=32, null=True, editable=False),
        ),
        migrations.RunSQL(COPY + "ALTER TABLE calendar_touchperson DISABLE TRIGGER USER", DROP),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.RunSQL(
            "ALTER TABLE calendar_touchperson ENABLE TRIGGER USER", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            "touchperson",
            models.UniqueConstraint(
                fields=["stakeholder", "identity"],
                condition=models.Q(identity__isnull=False),
                name="no_identical_touch",
            ),
        ),
    ]
