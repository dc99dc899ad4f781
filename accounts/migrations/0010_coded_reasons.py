"""No lead is disqualified without a coded reason; what was before reasons had codes says so."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    # The rows and the constraint of one transaction would be in each other's way.
    atomic = False

    dependencies = [("accounts", "0009_journal_recorded")]

    operations = [
        migrations.RunSQL(
            "UPDATE accounts_lead SET reason_code = 'not-coded'"
            " WHERE stage = 'disqualified' AND reason_code = ''",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=~Q(stage="disqualified") | ~Q(reason_code=""),
                name="disqualified_with_a_coded_reason",
            ),
        ),
    ]
