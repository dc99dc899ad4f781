from django.db import migrations

from alignment.core.constraints import same_program


class Migration(migrations.Migration):
    """A delivery's program is its endpoint's, whatever wrote the row."""

    dependencies = [("notifications", "0001_initial")]

    operations = [
        same_program(
            child="notifications_delivery",
            column="endpoint_id",
            parent="notifications_endpoint",
        ),
    ]
