from django.db import migrations

ORDER = """
UPDATE library_playstep step SET position = ordered.number
FROM (
    SELECT id, row_number() OVER (PARTITION BY play_id ORDER BY after_days, at, position) AS number
    FROM library_playstep
) ordered
WHERE ordered.id = step.id AND ordered.number <> step.position
"""


class Migration(migrations.Migration):
    """Steps of a play are numbered in the order of their days, as they are written from now on."""

    dependencies = [("library", "0001_initial")]

    operations = [migrations.RunSQL(ORDER, migrations.RunSQL.noop)]
