import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0023_leads_by_change"),
        ("agreements", "0005_contact_policy"),
        ("people", "0007_password_resets"),
        ("sla", "0007_recomputed_because"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="clock",
            name="updated_at",
            field=models.DateTimeField(
                auto_now=True,
                db_default=django.db.models.functions.datetime.Now(),
                verbose_name="changed",
            ),
        ),
        migrations.AddField(
            model_name="handoff",
            name="updated_at",
            field=models.DateTimeField(
                auto_now=True,
                db_default=django.db.models.functions.datetime.Now(),
                verbose_name="changed",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(fields=["program", "-updated_at", "-id"], name="clock_by_change"),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(fields=["program", "-updated_at", "-id"], name="handoff_by_change"),
        ),
    ]
