from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_people_by_change"),
        ("agreements", "0005_contact_policy"),
        ("people", "0006_sign_in_guard"),
        ("sla", "0006_clocks_in_due_order"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="clock",
            name="recomputed_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("hours", "Working hours, a closure or a leave changed."),
                    ("owner", "The lead changed hands: it counts by the hours of its new owner."),
                    ("returned", "The lead came back: it counts by the hours of today."),
                ],
                db_default="",
                max_length=8,
                verbose_name="recomputed because",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recomputed_because", ""), ("recomputed_at__isnull", False), _connector="OR"
                ),
                name="recomputed_clock_has_a_date",
            ),
        ),
    ]
