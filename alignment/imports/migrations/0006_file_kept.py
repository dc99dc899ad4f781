from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0005_search_after_a_run"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="file_kept",
            field=models.BooleanField(
                db_default=True, default=True, verbose_name="the file is kept"
            ),
        ),
    ]
