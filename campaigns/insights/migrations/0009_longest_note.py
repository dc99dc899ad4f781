import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Forms and the API hold a note to this length too; here it is certain."""

    dependencies = [
        ("accounts", "0022_people_by_change"),
        ("calendar", "0015_touches_by_change"),
        ("insights", "0008_notes_by_change"),
        ("opportunities", "0004_searched_by_name"),
        ("people", "0007_password_resets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("text"), 200000
                ),
                name="a_note_has_an_end",
            ),
        ),
    ]
