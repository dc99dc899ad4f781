from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    """When the database wrote each event. What was written before nobody knows to the second."""

    dependencies = [("accounts", "0008_followed_events")]

    operations = [
        migrations.AddField(
            model_name="journalevent",
            name="recorded_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="recorded"),
        ),
        migrations.AlterField(
            model_name="journalevent",
            name="recorded_at",
            field=models.DateTimeField(
                db_default=Now(), editable=False, null=True, verbose_name="recorded"
            ),
        ),
    ]
