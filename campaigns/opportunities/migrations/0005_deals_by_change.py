from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0023_leads_by_change"),
        ("opportunities", "0004_searched_by_name"),
        ("people", "0007_password_resets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(fields=["program", "-updated_at", "-id"], name="deal_by_change"),
        ),
    ]
