import alignment.core.search_keys
import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_search_keys"),
        ("accounts", "0021_us_places_in_the_us"),
        ("opportunities", "0003_steps_keep_amounts"),
        ("people", "0006_sign_in_guard"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="opportunity",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    alignment.core.search_keys.SearchKey("name"), name="gin_trgm_ops"
                ),
                name="deal_name_trigrams",
            ),
        ),
    ]
