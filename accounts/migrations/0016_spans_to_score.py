from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0015_one_key_of_two"),
    ]

    operations = [
        migrations.AddField(
            model_name="accounttoscore",
            name="until",
            field=models.BigIntegerField(db_default=9223372036854775807),
        ),
        migrations.AlterField(
            model_name="accounttoscore",
            name="after",
            field=models.BigIntegerField(db_default=0),
        ),
    ]
