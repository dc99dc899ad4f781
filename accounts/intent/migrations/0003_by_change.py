from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0024_journal_after_a_restore"),
        ("intent", "0002_same_program"),
        ("people", "0009_letter_keys"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="sitevisits",
            index=models.Index(fields=["program", "-updated_at", "-id"], name="visits_by_change"),
        ),
        migrations.AddIndex(
            model_name="surge",
            index=models.Index(fields=["program", "-updated_at", "-id"], name="surge_by_change"),
        ),
    ]
