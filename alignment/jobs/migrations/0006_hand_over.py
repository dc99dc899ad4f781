from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0005_duplicates"),
    ]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("import", "Import"),
                    ("rescore", "Score all leads again"),
                    ("judge", "Judge all accounts again"),
                    ("rebuild", "Rebuild counters from engagements"),
                    ("what_if", "Try a scoring model"),
                    ("backtest", "Back-test of a scoring model"),
                    ("duplicates", "Look for duplicate accounts"),
                    ("hand_over", "Give somebody's work to others"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
    ]
