from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("results", "0004_removed_costs_stay"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="baselinefigure",
            options={
                "ordering": ["id"],
                "verbose_name": "figure of a baseline",
                "verbose_name_plural": "figures of baselines",
            },
        ),
    ]
