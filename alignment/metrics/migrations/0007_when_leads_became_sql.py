"""When leads became SQL, not only that they did: a number can be told as it stood.

What was kept is worked out again; until then those leads are read from their rows.
"""

from django.db import migrations, models

FILL = """
INSERT INTO metrics_stalelead (program_id, lead_id)
SELECT program_id, lead_id FROM metrics_answer
EXCEPT SELECT program_id, lead_id FROM metrics_stalelead"""


class Migration(migrations.Migration):
    dependencies = [("metrics", "0006_stale_leads")]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="answer", name="answers_of_a_period"),
        migrations.RemoveField(model_name="answer", name="is_sql"),
        migrations.AddField(
            model_name="answer",
            name="sql_at",
            field=models.DateTimeField(null=True, verbose_name="became SQL"),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                fields=["program", "at"],
                include=(
                    "handoff",
                    "lead",
                    "account_id",
                    "source",
                    "owner_id",
                    "points",
                    "first_at",
                    "sql_at",
                ),
                name="answers_of_a_period",
            ),
        ),
    ]
