import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0024_journal_after_a_restore"),
        ("library", "0004_by_change"),
        ("people", "0009_letter_keys"),
        ("selection", "0004_merged_accounts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="target",
            name="updated_at",
            field=models.DateTimeField(
                auto_now=True,
                db_default=django.db.models.functions.datetime.Now(),
                verbose_name="changed",
            ),
        ),
        migrations.AddIndex(
            model_name="target",
            index=models.Index(fields=["program", "-updated_at", "-id"], name="target_by_change"),
        ),
    ]
