import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_people_by_change"),
        ("people", "0007_password_resets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="updated_at",
            field=models.DateTimeField(
                auto_now=True,
                db_default=django.db.models.functions.datetime.Now(),
                verbose_name="changed",
            ),
        ),
        migrations.AlterField(
            model_name="journalevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("lead_opened", "Lead opened"),
                    ("became_engaged", "First engagement"),
                    ("became_mql", "Became MQL"),
                    ("became_sql", "Became SQL"),
                    ("stage_changed", "Stage changed"),
                    ("owner_changed", "Owner changed"),
                    ("validation_call", "Validation call recorded"),
                    ("handed_off", "Handed over to sales"),
                    ("contacted", "Attempt to reach them"),
                    ("reached", "Reached"),
                    ("feedback_given", "Feedback on quality"),
                    ("crm_updated", "Status updated in the CRM"),
                    ("contact_forbidden", "Nobody may contact them any more"),
                    ("verdict_changed", "ICP verdict changed"),
                    ("account_created", "Account created"),
                    ("account_changed", "Account changed"),
                    ("account_merged", "Account merged"),
                    ("stakeholder_changed", "Person changed"),
                    ("opportunity_opened", "Opportunity opened"),
                    ("opportunity_moved", "Opportunity moved"),
                    ("note", "Note"),
                    ("removed", "Removal"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["program", "-updated_at", "-id"], name="lead_by_change"),
        ),
    ]
