from django.db import migrations

from alignment.core.constraints import same_program

LEAD = "accounts_lead"
TEAM = "people_team"


class Migration(migrations.Migration):
    """A child's program is its parent's, whatever wrote the row."""

    dependencies = [("sla", "0001_initial"), ("accounts", "0008_followed_events")]

    operations = [
        same_program(child="sla_clock", column="lead_id", parent=LEAD),
        same_program(child="sla_handoff", column="lead_id", parent=LEAD),
        same_program(child="sla_attempt", column="lead_id", parent=LEAD),
        same_program(child="sla_feedback", column="lead_id", parent=LEAD),
        same_program(child="sla_escalation", column="clock_id", parent="sla_clock"),
        same_program(child="sla_dispute", column="clock_id", parent="sla_clock"),
        same_program(child="sla_seat", column="membership_id", parent="people_membership"),
        same_program(child="sla_territory", column="team_id", parent=TEAM),
        same_program(child="sla_workinghours", column="team_id", parent=TEAM),
        same_program(child="sla_closure", column="team_id", parent=TEAM),
    ]
