from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0023_leads_by_change"),
        ("field", "0003_withdrawn"),
        ("people", "0007_password_resets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="competitor",
            index=models.Index(
                fields=["program", "-updated_at", "-id"], name="competitor_by_change"
            ),
        ),
        migrations.AddIndex(
            model_name="relationship",
            index=models.Index(
                fields=["program", "-updated_at", "-id"], name="relationship_by_change"
            ),
        ),
    ]
