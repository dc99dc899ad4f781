from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The key (program, id) already serves the order by id that the removed index was for."""

    dependencies = [
        ("accounts", "0022_people_by_change"),
        ("agreements", "0005_contact_policy"),
        ("people", "0006_sign_in_guard"),
        ("sla", "0005_one_row_a_form"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="clock",
            name="clock_of_program",
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(fields=["program", "due_at", "id"], name="clock_in_due_order"),
        ),
    ]
