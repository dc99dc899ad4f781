from django.db import migrations, models

# As it was reckoned until now, so that no deal's content changes: open stages cut into three.
GIVE = """
    UPDATE opportunities_pipelinestage stage
    SET buying_stage = (ARRAY['discover', 'compare', 'decide'])[least(at * 3 / stages, 2) + 1]
    FROM (SELECT id, row_number() OVER (PARTITION BY program_id ORDER BY position) - 1 AS at,
                 count(*) OVER (PARTITION BY program_id) AS stages
          FROM opportunities_pipelinestage
          WHERE outcome = 'open' AND retired_at IS NULL) placed
    WHERE placed.id = stage.id"""


class Migration(migrations.Migration):
    dependencies = [
        ("opportunities", "0001_opportunities"),
        ("people", "0005_leads_a_week"),
    ]

    operations = [
        migrations.AddField(
            model_name="pipelinestage",
            name="buying_stage",
            field=models.CharField(
                blank=True,
                choices=[
                    ("discover", "Discovering the problem"),
                    ("compare", "Comparing solutions"),
                    ("decide", "Deciding"),
                ],
                db_default="",
                default="",
                max_length=8,
                verbose_name="content for",
            ),
        ),
        migrations.AddConstraint(
            model_name="pipelinestage",
            constraint=models.CheckConstraint(
                condition=models.Q(("buying_stage", ""), ("outcome", "open"), _connector="OR"),
                name="pipeline_ends_need_no_content",
            ),
        ),
        migrations.RunSQL(GIVE, migrations.RunSQL.noop),
    ]
