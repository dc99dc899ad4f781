from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """A cost was of one day; now it is spread over days, which for those so far are that one."""

    dependencies = [("campaigns", "0002_costs_and_tracks")]

    operations = [
        migrations.AlterField(
            "campaigncost", "spent_on", models.DateField(verbose_name="first day")
        ),
        migrations.AddField(
            "campaigncost", "spent_until", models.DateField(null=True, verbose_name="last day")
        ),
        migrations.RunSQL(
            "UPDATE campaigns_campaigncost SET spent_until = spent_on", migrations.RunSQL.noop
        ),
        migrations.AlterField(
            "campaigncost", "spent_until", models.DateField(verbose_name="last day")
        ),
        migrations.AddConstraint(
            "campaigncost",
            models.CheckConstraint(
                condition=Q(spent_until__gte=F("spent_on")), name="campaign_cost_days_in_order"
            ),
        ),
    ]
