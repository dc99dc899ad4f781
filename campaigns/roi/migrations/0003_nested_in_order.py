from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("roi", "0002_kept_in_their_program"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="roivisit",
            options={
                "ordering": ["first_at", "id"],
                "verbose_name": "visit of an ROI page",
                "verbose_name_plural": "visits of ROI pages",
            },
        ),
    ]
