from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """A cost was of one day; now it is spread over days, which for those so far are that one."""

    dependencies = [("results", "0002_frozen")]

    operations = [
        migrations.AlterField("cost", "spent_on", models.DateField(verbose_name="first day")),
        migrations.AddField(
            "cost", "spent_until", models.DateField(null=True, verbose_name="last day")
        ),
        migrations.RunSQL("UPDATE results_cost SET spent_until = spent_on", migrations.RunSQL.noop),
        migrations.AlterField("cost", "spent_until", models.DateField(verbose_name="last day")),
        migrations.AddConstraint(
            "cost",
            models.CheckConstraint(
                condition=Q(spent_until__gte=F("spent_on")), name="cost_days_in_order"
            ),
        ),
    ]
