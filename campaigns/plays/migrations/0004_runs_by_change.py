import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0024_journal_after_a_restore"),
        ("campaigns", "0006_by_change"),
        ("library", "0004_by_change"),
        ("people", "0009_letter_keys"),
        ("plays", "0003_merged_accounts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="playrun",
            name="updated_at",
            field=models.DateTimeField(
                auto_now=True,
                db_default=django.db.models.functions.datetime.Now(),
                verbose_name="changed",
            ),
        ),
        migrations.AddIndex(
            model_name="playrun",
            index=models.Index(fields=["program", "-updated_at", "-id"], name="run_by_change"),
        ),
    ]
