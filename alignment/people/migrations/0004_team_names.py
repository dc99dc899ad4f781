from django.db import migrations, models

# Of teams that differ only in capitals the younger ones get a number; where a team has that name
# already, another one, until every name is there once.
NUMBER = """
DO $$ DECLARE more int := 0; BEGIN LOOP
    UPDATE people_team SET name = left(name, 74) || ' (' || twin.number + more || ')'
    FROM (
        SELECT id, row_number() OVER (
            PARTITION BY program_id, lower(name COLLATE pg_c_utf8) ORDER BY id
        ) AS number FROM people_team
    ) AS twin
    WHERE twin.id = people_team.id AND twin.number > 1;
    EXIT WHEN NOT FOUND;
    more := more + 1;
END LOOP; END $$;
SET CONSTRAINTS ALL IMMEDIATE
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_program_leads_every_index")]

    operations = [
        migrations.RemoveConstraint(model_name="team", name="team_name_in_program"),
        migrations.RunSQL(NUMBER, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(
                models.F("program"),
                models.Func(
                    "name",
                    template="lower(%(expressions)s COLLATE pg_c_utf8)",
                    output_field=models.TextField(),
                ),
                name="team_name_in_program",
                violation_error_message="There is already a team of that name.",
            ),
        ),
    ]
