import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0024_journal_after_a_restore"),
        ("calendar", "0015_touches_by_change"),
        ("campaigns", "0006_by_change"),
        ("library", "0004_by_change"),
        ("people", "0009_letter_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="touch",
            name="asset",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="library.asset",
            ),
        ),
        migrations.AlterField(
            model_name="touch",
            name="campaign",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="touches",
                to="campaigns.campaign",
            ),
        ),
        migrations.AddIndex(
            model_name="touch",
            index=models.Index(
                condition=models.Q(("campaign__isnull", False)),
                fields=["campaign", "starts_at", "id"],
                name="touch_of_campaign",
            ),
        ),
        migrations.AddIndex(
            model_name="touch",
            index=models.Index(
                condition=models.Q(("asset__isnull", False)),
                fields=["asset", "starts_at", "id"],
                name="touch_of_asset",
            ),
        ),
    ]
