from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0007_late_rows_apart"),
        ("people", "0005_leads_a_week"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="stalecredit",
            name="stale_credit_order",
        ),
        migrations.AddField(
            model_name="stalecredit",
            name="due_at",
            field=models.DateTimeField(null=True, verbose_name="due"),
        ),
        migrations.AddIndex(
            model_name="stalecredit",
            index=models.Index(fields=["program", "account_id", "due_at"], name="stale_accounts"),
        ),
    ]
