from django.db import migrations
from django.utils import timezone

from alignment.agreements.rules import digest
from campaigns.policy.defaults import DEFAULT_POLICY


def give_policies(apps, schema_editor):
    """Programs from before the calendar get the policy that new ones start from, as version 1."""
    Program = apps.get_model("people", "Program")
    Version = apps.get_model("agreements", "Version")
    AuditEntry = apps.get_model("core", "AuditEntry")
    have = Version.objects.filter(kind="policy").values("program_id")
    for program in Program.objects.exclude(pk__in=have).order_by("pk"):
        version = Version.objects.create(
            program=program, kind="policy", number=1, content=DEFAULT_POLICY, shipped=True
        )
        # Under the same form as the hash of any other version.
        version.digest = digest("policy", DEFAULT_POLICY, counts_from=None, hands_over=False)
        version.state, version.in_force_at = "in_force", timezone.now()
        version.save()
        AuditEntry.objects.create(
            program_id=program.pk,
            actor="entente",
            action="agreement.in_force",
            target="agreements.version",
            target_id=version.pk,
            detail={"kind": "policy", "number": 1, "digest": version.digest},
        )


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0005_contact_policy"),
        ("people", "0005_leads_a_week"),
        ("core", "0003_audit_chain"),
    ]

    operations = [migrations.RunPython(give_policies, migrations.RunPython.noop)]
