from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0008_waiting_mail"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="letter_keys",
            field=models.BooleanField(
                db_default=True, default=True, verbose_name="single-letter shortcuts"
            ),
        ),
    ]
