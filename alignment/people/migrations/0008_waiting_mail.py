import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_password_resets"),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="asked"
                    ),
                ),
                (
                    "next_try_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="next try",
                    ),
                ),
            ],
            options={
                "verbose_name": "address to confirm",
                "verbose_name_plural": "addresses to confirm",
            },
        ),
        migrations.AddField(
            model_name="invitation",
            name="next_try_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("next_try_at__isnull", False)),
                fields=["next_try_at"],
                name="invitation_to_send",
            ),
        ),
        migrations.AddField(
            model_name="addressconfirmation",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="addressconfirmation",
            index=models.Index(fields=["next_try_at"], name="confirmation_due"),
        ),
        migrations.AddConstraint(
            model_name="addressconfirmation",
            constraint=models.UniqueConstraint(
                fields=("user", "email"), name="confirmed_once_at_a_time"
            ),
        ),
    ]
