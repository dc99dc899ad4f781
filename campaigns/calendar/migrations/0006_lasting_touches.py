from datetime import timedelta

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThan


class Migration(migrations.Migration):
    dependencies = [("calendar", "0005_occurrences")]

    operations = [
        migrations.AddIndex(
            model_name="touch",
            index=models.Index(
                fields=["program", "ends_at"],
                condition=Q(GreaterThan(F("ends_at") - F("starts_at"), timedelta(days=1))),
                name="touch_that_lasts",
            ),
        ),
    ]
