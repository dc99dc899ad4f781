from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """For systems that keep a copy of the touches, and give them their own ids."""

    dependencies = [
        ("accounts", "0022_people_by_change"),
        ("calendar", "0014_fewer_keys"),
        ("campaigns", "0005_searched_by_name"),
        ("library", "0003_searched_by_name"),
        ("people", "0006_sign_in_guard"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="touch",
            index=models.Index(fields=["program", "-updated_at", "-id"], name="touch_by_change"),
        ),
        migrations.AddConstraint(
            model_name="touch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("external_id__isnull", True),
                    models.Q(("source", ""), _negated=True),
                    _connector="OR",
                ),
                name="an_external_touch_names_its_source",
            ),
        ),
    ]
