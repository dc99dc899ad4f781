from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0004_by_change"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="play",
            options={"ordering": ["name"], "verbose_name": "play", "verbose_name_plural": "plays"},
        ),
    ]
