import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0024_journal_after_a_restore"),
        ("insights", "0009_longest_note"),
        ("library", "0004_by_change"),
        ("opportunities", "0005_deals_by_change"),
        ("people", "0009_letter_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="supportrequest",
            name="updated_at",
            field=models.DateTimeField(
                auto_now=True,
                db_default=django.db.models.functions.datetime.Now(),
                verbose_name="changed",
            ),
        ),
        migrations.AddIndex(
            model_name="supportrequest",
            index=models.Index(fields=["program", "-updated_at", "-id"], name="support_by_change"),
        ),
    ]
