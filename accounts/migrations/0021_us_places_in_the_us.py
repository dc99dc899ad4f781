from django.db import migrations, models

# Companies abroad held US states until now, and matched profiles by them: judged anew without.
_LEAVE_OUT = """
WITH moved AS (
    UPDATE accounts_account
    SET state = NULL, county_fips = NULL, cbsa = NULL, updated_at = now()
    WHERE country NOT IN ('US', 'PR')
        AND (state IS NOT NULL OR county_fips IS NOT NULL OR cbsa IS NOT NULL)
    RETURNING id, program_id
)
INSERT INTO accounts_accountchange (program_id, account_id) SELECT program_id, id FROM moved;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_contact_forbidden"),
    ]

    operations = [
        migrations.RunSQL(_LEAVE_OUT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("country__in", ("US", "PR")),
                    models.Q(
                        ("cbsa__isnull", True),
                        ("county_fips__isnull", True),
                        ("state__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="us_places_in_the_us",
            ),
        ),
    ]
