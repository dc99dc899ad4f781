import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from alignment.core.constraints import same_program


class Migration(migrations.Migration):
    dependencies = [
        ("calendar", "0006_lasting_touches"),
        ("people", "0005_leads_a_week"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TouchFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("person", "Mine"),
                            ("team", "A team"),
                            ("program", "The whole program"),
                        ],
                        max_length=7,
                        verbose_name="of",
                    ),
                ),
                ("secret_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "read_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="last read"),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="people.program",
                        verbose_name="program",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "calendar feed of touches",
                "verbose_name_plural": "calendar feeds of touches",
                "indexes": [models.Index(fields=["program", "owner"], name="feeds_of_owner")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scope", "team"), ("team__isnull", False)),
                            models.Q(
                                models.Q(("scope", "team"), _negated=True), ("team__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="a_team_feed_names_its_team",
                    )
                ],
            },
        ),
        same_program(child="calendar_touchfeed", column="team_id", parent="people_team"),
    ]
