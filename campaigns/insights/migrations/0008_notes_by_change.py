from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """For systems that ask the API which notes changed since they last asked."""

    dependencies = [
        ("accounts", "0022_people_by_change"),
        ("calendar", "0014_fewer_keys"),
        ("insights", "0007_words_in_angles"),
        ("opportunities", "0004_searched_by_name"),
        ("people", "0006_sign_in_guard"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["program", "-updated_at", "-id"], name="note_by_change"),
        ),
    ]
