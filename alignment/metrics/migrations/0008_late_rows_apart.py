"""Late rows told apart from what happened since.

Days that are read again find what was restated of them within the hour; of older ones it is no longer
known, so what was called so stays.
"""

from django.db import migrations, models

COPY = """
UPDATE metrics_snapshot SET
    restated_value = CASE WHEN is_old THEN latest_value ELSE value END,
    restated_numerator = CASE WHEN is_old THEN latest_numerator ELSE numerator END,
    restated_denominator = CASE WHEN is_old THEN latest_denominator ELSE denominator END,
    restated_at = CASE WHEN is_old THEN restated_at END
FROM (SELECT id AS this, restated_at IS NOT NULL AND day < current_date - 30 AS is_old
      FROM metrics_snapshot) s
WHERE id = s.this"""


class Migration(migrations.Migration):
    dependencies = [("metrics", "0007_when_leads_became_sql")]

    operations = [
        migrations.AddField(
            model_name="snapshot",
            name="restated_value",
            field=models.FloatField(null=True, verbose_name="restated value"),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="restated_numerator",
            field=models.FloatField(null=True, verbose_name="restated numerator"),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="restated_denominator",
            field=models.FloatField(null=True, verbose_name="restated denominator"),
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
    ]
