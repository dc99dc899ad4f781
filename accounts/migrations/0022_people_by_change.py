from django.db import migrations, models


class Migration(migrations.Migration):
    """For systems that ask the API which people changed since they last asked."""

    dependencies = [
        ("accounts", "0021_us_places_in_the_us"),
        ("people", "0006_sign_in_guard"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="stakeholder",
            index=models.Index(fields=["program", "-updated_at", "-id"], name="person_by_change"),
        ),
    ]
