from django.db import migrations

from alignment.core.constraints import same_program


class Migration(migrations.Migration):
    """A child's program is its parent's, whatever wrote the row."""

    dependencies = [("plays", "0001_initial")]

    operations = [
        same_program(child="plays_playrun", column="play_id", parent="library_play"),
        same_program(child="plays_playrun", column="account_id", parent="accounts_account"),
        same_program(child="plays_playrun", column="campaign_id", parent="campaigns_campaign"),
        same_program(child="plays_runtouch", column="run_id", parent="plays_playrun"),
        same_program(child="plays_runtouch", column="touch_id", parent="calendar_touch"),
    ]
