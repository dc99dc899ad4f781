import alignment.core.search_keys
import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_search_keys"),
        ("library", "0002_steps_in_order"),
        ("people", "0006_sign_in_guard"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="asset",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    alignment.core.search_keys.SearchKey("title"), name="gin_trgm_ops"
                ),
                name="asset_title_trigrams",
            ),
        ),
    ]
