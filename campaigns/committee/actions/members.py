"""Writing the buying committee of a deal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Stakeholder
from alignment.core import audit
from alignment.core.edits import demand_as_seen, set_fields
from alignment.core.live import bus
from alignment.people.models import User
from alignment.people.queries import why_not
from campaigns.opportunities.actions.writing import note_change
from campaigns.opportunities.models import Opportunity

from ..models import CommitteeMember
from ..rules import would_circle

WRITTEN = ("role", "stance", "influence", "reports_to", "owner", "note")
MOST_MEMBERS = 60


@transaction.atomic
def put_member(
    *,
    opportunity: Opportunity,
    stakeholder: Stakeholder,
    by: User | None,
    seen: Mapping[str, Any] | None = None,
    **said: Any,
) -> CommitteeMember:
    """Add a person of the account to the committee, or change their part in it.

    `said` are fields of `WRITTEN`; `reports_to` is another member. Raises `ValidationError` by
    field. `seen` is what the form showed: raises `Overwritten` if the stored values differ from it.
    """
    above = _lock_committee(opportunity)
    rows = CommitteeMember.objects.in_program(opportunity.program_id)
    member = rows.filter(opportunity=opportunity, stakeholder=stakeholder).first()
    if member is None:
        _demand_place(opportunity, stakeholder, len(above))
        member = CommitteeMember(
            program_id=opportunity.program_id, opportunity=opportunity, stakeholder=stakeholder
        )
    demand_as_seen(seen, {name: getattr(member, name) for name in WRITTEN}, said)
    former = member.owner_id
    changed = set_fields(member, said, WRITTEN)
    _demand_sense(member, above, former)
    if changed or member.pk is None:
        member.save()
        _record(member, "committee.put", by, fields=changed)
    return member


@transaction.atomic
def remove_member(*, member: CommitteeMember, by: User | None) -> None:
    """Remove a member; those who reported to them report to their superior. Safe to repeat."""
    above = _lock_committee(member.opportunity)
    if member.pk not in above:
        return
    rows = CommitteeMember.objects.in_program(member.program_id)
    rows.filter(reports_to=member).update(reports_to=above[member.pk], updated_at=timezone.now())
    _record(member, "committee.remove", by, stakeholder=member.stakeholder_id)
    member.delete()


def _lock_committee(opportunity: Opportunity) -> dict[int, int | None]:
    """Who reports to whom; the lock serializes changes of one committee."""
    rows = Opportunity.objects.in_program(opportunity.program_id)
    rows.select_for_update().get(pk=opportunity.pk)
    members = CommitteeMember.objects.in_program(opportunity.program_id)
    members = members.filter(opportunity=opportunity)
    return dict(members.values_list("pk", "reports_to"))


def _demand_place(opportunity: Opportunity, stakeholder: Stakeholder, number: int) -> None:
    same_program = stakeholder.program_id == opportunity.program_id
    if not same_program or stakeholder.account_id != opportunity.account_id:
        raise ValidationError({"stakeholder": _("There is no such person at this account.")})
    if number >= MOST_MEMBERS:
        text = _("A committee has at most %(most)d people.") % {"most": MOST_MEMBERS}
        raise ValidationError({"stakeholder": text})


def _demand_sense(
    member: CommitteeMember, above: dict[int, int | None], former: int | None
) -> None:
    errors: dict[str, Any] = {}
    try:
        member.clean_fields(exclude=["program", "opportunity", "stakeholder", "reports_to"])
    except ValidationError as refused:
        errors |= refused.error_dict
    boss = member.reports_to_id
    if boss is not None and boss not in above:
        errors["reports_to"] = _("There is no such person in the committee.")
    elif boss is not None and member.pk and would_circle(above, member.pk, boss):
        errors["reports_to"] = _("They would report to themselves in the end.")
    # An unchanged owner is not validated again.
    if member.owner_id != former and (no := why_not(member.program_id, member.owner_id)):
        errors["owner"] = no
    if errors:
        raise ValidationError(errors)


def _record(member: CommitteeMember, action: str, by: User | None, **detail: Any) -> None:
    note_change(member.program_id, {member.opportunity_id})
    audit.record(
        by=by,
        action=action,
        target=member,
        program_id=member.program_id,
        opportunity=member.opportunity_id,
        **detail,
    )
    bus.publish(member.program_id, "opportunities", f"opportunity-{member.opportunity_id}")
