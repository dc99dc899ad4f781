import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0005_searched_by_name"),
        ("library", "0003_searched_by_name"),
        ("people", "0007_password_resets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="track",
            name="updated_at",
            field=models.DateTimeField(
                auto_now=True,
                db_default=django.db.models.functions.datetime.Now(),
                verbose_name="changed",
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(fields=["program", "-updated_at", "-id"], name="campaign_by_change"),
        ),
        migrations.AddIndex(
            model_name="track",
            index=models.Index(fields=["program", "-updated_at", "-id"], name="track_by_change"),
        ),
    ]
