import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A removed cost stays, and says who removed it."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("campaigns", "0003_costs_over_days"),
    ]

    operations = [
        migrations.AddField(
            "campaigncost",
            "removed_at",
            models.DateTimeField(editable=False, null=True, verbose_name="removed"),
        ),
        migrations.AddField(
            "campaigncost",
            "removed_by",
            models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "campaigncost",
            models.CheckConstraint(
                condition=Q(removed_at__isnull=False) | Q(removed_by__isnull=True),
                name="campaign_cost_is_removed_at_a_moment",
            ),
        ),
    ]
