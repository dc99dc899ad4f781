"""Programs of before get the reasons and next best actions that a new program starts from."""

from django.db import migrations

from alignment.sla.handoff_defaults import ACTIONS, REASONS


def install(apps, _editor):
    program = apps.get_model("people", "Program")
    reason = apps.get_model("sla", "ReasonCode")
    rule = apps.get_model("sla", "NextActionRule")
    for row in program.objects.all():
        reason.objects.bulk_create(
            [
                reason(program=row, position=n, **default._asdict())
                for n, default in enumerate(REASONS, 1)
            ],
            ignore_conflicts=True,
        )
        rule.objects.bulk_create(
            [
                rule(
                    program=row,
                    position=n,
                    **{**default._asdict(), "signals": list(default.signals)},
                )
                for n, default in enumerate(ACTIONS, 1)
            ]
        )


class Migration(migrations.Migration):
    dependencies = [("sla", "0003_default_contract"), ("people", "0005_leads_a_week")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
