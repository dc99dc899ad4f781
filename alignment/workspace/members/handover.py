"""Giving to colleagues what a person holds: at once, or in a job if it is much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions.accounts import update_account
from accounts.rules.facts import FactsRejected
from alignment.jobs.actions import start
from alignment.jobs.models import Job
from alignment.people.actions.members import remove_member
from alignment.people.models import Side
from alignment.people.queries import sides_of
from alignment.scoring.actions.leads import LeadMoved
from alignment.sla.actions.handoff_config import set_territories
from alignment.workspace.leads.actions import assign_all
from campaigns.actions.campaigns import change_campaign
from campaigns.calendar.actions.handing_on import hand_on as hand_on_touch
from campaigns.calendar.actions.locks import lock_calendars
from campaigns.opportunities.actions.writing import change_opportunity
from campaigns.selection.actions.listing import hand_on as hand_on_targets

from .owned_work import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alignment.people.models import Membership, Program, User

    # Kind -> who gets it; None: nobody. What is not named stays as it is.
    Heirs = Mapping[str, User | None]

AT_ONCE = 300
BATCH = 100


@dataclass(frozen=True, slots=True)
class HandedOver:
    """`kept` is what a rule of its own keeps under the old name, such as a touch that would collide."""

    given: int
    kept: int


@transaction.atomic
def remove_and_hand_over(*, member: Membership, heirs: Heirs, by: User) -> HandedOver | Job:
    """Remove the person and give what they hold to others. Raises as `remove_member` does."""
    program, person = member.program, member.user_id
    remove_member(membership=member, by=by)
    return hand_over(program=program, person=person, heirs=heirs, by=by)


@transaction.atomic
def hand_over(*, program: Program, person: int, heirs: Heirs, by: User) -> HandedOver | Job:
    """Give each kind of work to its heir, or start the job that does it."""
    much = sum(rows_of(program, person, kind).order_by().count() for kind in heirs)
    if much > AT_ONCE:
        parameters = {
            "person": person,
            "heirs": {kind: heir.pk if heir else None for kind, heir in heirs.items()},
        }
        return start(
            program=program, kind=Job.Kind.HAND_OVER, by=by, parameters=parameters, total=much
        )
    given = 0
    for kind, heir in heirs.items():
        after: int | None = 0
        while after is not None:
            moved, after = hand_over_batch(
                program=program, person=person, kind=kind, heir=heir, by=by, after=after
            )
            given += moved
    return HandedOver(given, much - given)


def hand_over_batch(
    *, program: Program, person: int, kind: str, heir: User | None, by: User, after: int
) -> tuple[int, int | None]:
    """The next rows behind the id `after`: how many changed hands, and the id of the last (None:
    there are no more). A row that breaks a rule of its own stays as it is. Raises `ValidationError`
    if the heir may no longer own leads.
    """
    if kind == "targets":
        return hand_on_targets(program=program, person=person, heir=heir, by=by), None
    rows = rows_of(program, person, kind)
    if kind == "states":
        if heir is not None and sides_of(program, [heir.pk]).get(heir.pk) != Side.SALES:
            return 0, None
        holders = dict.fromkeys(rows.values_list("state", flat=True), heir)
        return set_territories(program=program, holders=holders, by=by), None
    rows = rows.filter(pk__gt=after).order_by("pk")
    if kind == "leads":
        ids = list(rows.values_list("pk", flat=True)[:BATCH])
        try:
            moved = assign_all(program=program, lead_ids=ids, owner=heir, by=by)
        except LeadMoved as refused:
            raise ValidationError(str(refused)) from refused
        return moved, ids[-1] if ids else None
    found = list(rows.select_related("program")[:BATCH])
    if kind == "touches":
        lock_calendars(touch.account_id for touch in found)
    moved = sum(_hand_over_row(kind, row, heir, by) for row in found)
    return moved, found[-1].pk if found else None


def _hand_over_row(kind: str, row: Any, heir: User | None, by: User) -> bool:
    if kind == "touches":
        return hand_on_touch(touch=row, heir=heir, by=by)
    try:
        if kind == "accounts":
            update_account(account=row, facts={"owner_id": heir.pk if heir else None}, by=by)
        elif kind == "deals":
            change_opportunity(opportunity=row, by=by, owner=heir)
        else:
            change_campaign(campaign=row, by=by, owner=heir)
    except (FactsRejected, ValidationError):
        return False
    return True
