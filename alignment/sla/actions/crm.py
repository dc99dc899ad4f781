"""Whether there is an outside CRM, and what it confirms."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from accounts.actions.followers import hint_followers
from accounts.models import JournalEvent, JournalKind, Lead
from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import Program, User

from ..models import SlaSettings


@transaction.atomic
def confirm_update(*, lead: Lead, by: User) -> None:
    """Record that the CRM shows the lead's current status; promises that wait for this are kept."""
    rows = Lead.objects.in_program(lead.program_id).select_for_update(no_key=True)
    locked = rows.get(pk=lead.pk)
    JournalEvent.objects.create(
        program_id=locked.program_id,
        kind=JournalKind.CRM_UPDATED,
        at=Now(),
        account_id=locked.account_id,
        stakeholder_id=locked.stakeholder_id,
        lead=locked,
        actor=by,
        detail={"stage": locked.stage},
    )
    audit.record(by=by, action="lead.crm_updated", target=locked, program_id=locked.program_id)
    hint_followers()
    bus.publish(locked.program_id, f"lead-{locked.pk}")


@transaction.atomic
def set_outside_crm(*, program: Program, outside_crm: bool, by: User) -> SlaSettings:
    """Say whether an outside CRM confirms updates. Running clocks are not changed."""
    row, _made = SlaSettings.objects.in_program(program).get_or_create(
        program=program, defaults={"outside_crm": outside_crm}
    )
    if _made or row.outside_crm != outside_crm:
        row.outside_crm = outside_crm
        row.save(update_fields=["outside_crm"])
        audit.record(
            by=by,
            action="sla.outside_crm",
            target=row,
            program_id=program.pk,
            outside_crm=outside_crm,
        )
    return row
