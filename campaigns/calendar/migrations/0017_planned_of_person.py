from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """For what somebody has planned, whatever the channel; it finds their appointments, too."""

    dependencies = [
        ("accounts", "0024_journal_after_a_restore"),
        ("calendar", "0016_touches_of_campaign_by_time"),
        ("campaigns", "0006_by_change"),
        ("library", "0004_by_change"),
        ("people", "0009_letter_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="touch",
            name="appointments_of_person",
        ),
        migrations.AddIndex(
            model_name="touch",
            index=models.Index(
                condition=models.Q(("state", "planned")),
                fields=["who", "starts_at"],
                name="planned_of_person",
            ),
        ),
    ]
