from django.db import migrations

from alignment.core.constraints import same_program


class Migration(migrations.Migration):
    """Nobody sits in, or is invited to, a team of another program, whatever wrote the row."""

    dependencies = [("people", "0001_initial")]

    operations = [
        same_program(child="people_membership", column="team_id", parent="people_team"),
        same_program(child="people_invitation", column="team_id", parent="people_team"),
    ]
