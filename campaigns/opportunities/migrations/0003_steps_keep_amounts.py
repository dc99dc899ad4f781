from django.db import migrations, models

# Former steps kept dollars alone. Those of a deal in another currency are taken to be of that
# currency and at the rate of today, so that no sum changes now, and all follow the next rate.
FILL = """
    UPDATE opportunities_opportunitystep step
    SET amount_before = CASE WHEN usd_before IS NOT NULL
            THEN round(least(usd_before / rate.usd, 999999999999.99), 2) END,
        amount_after = CASE WHEN usd_after IS NOT NULL
            THEN round(least(usd_after / rate.usd, 999999999999.99), 2) END,
        currency_before = CASE WHEN usd_before IS NULL THEN '' ELSE deal.currency END,
        currency_after = CASE WHEN usd_after IS NULL THEN '' ELSE deal.currency END
    FROM opportunities_opportunity deal, opportunities_exchangerate rate
    WHERE deal.id = step.opportunity_id AND step.kind IN ('opened', 'amount')
      AND rate.program_id = deal.program_id AND rate.currency = deal.currency"""


class Migration(migrations.Migration):
    dependencies = [
        ("opportunities", "0002_buying_stage"),
    ]

    operations = [
        migrations.AddField(
            model_name="opportunitystep",
            name="amount_after",
            field=models.DecimalField(
                decimal_places=2, max_digits=14, null=True, verbose_name="amount after"
            ),
        ),
        migrations.AddField(
            model_name="opportunitystep",
            name="amount_before",
            field=models.DecimalField(
                decimal_places=2, max_digits=14, null=True, verbose_name="amount before"
            ),
        ),
        migrations.AddField(
            model_name="opportunitystep",
            name="currency_after",
            field=models.CharField(
                blank=True, db_default="", max_length=3, verbose_name="currency after"
            ),
        ),
        migrations.AddField(
            model_name="opportunitystep",
            name="currency_before",
            field=models.CharField(
                blank=True, db_default="", max_length=3, verbose_name="currency before"
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
