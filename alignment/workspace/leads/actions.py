"""One change to many leads: a new owner, or the end of the run for the same reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import Lead
from alignment.scoring.actions.leads import LeadMoved
from alignment.sla.actions.work import assign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from alignment.people.models import Program, User


@transaction.atomic
def assign_all(*, program: Program, lead_ids: Sequence[int], owner: User | None, by: User) -> int:
    """Assign the chosen leads of the program to one person; returns how many changed owner."""
    owner_id = owner.pk if owner else None
    chosen = Lead.objects.in_program(program).filter(pk__in=lead_ids).order_by("pk")
    leads = [lead for lead in chosen.select_for_update() if lead.owner_id != owner_id]
    for lead in leads:
        assign(lead=lead, owner=owner, by=by)
    return len(leads)


def change_each(*, leads: Iterable[Lead], change: Callable[[Lead], object]) -> list[Lead]:
    """Make a change to each lead, in a transaction of its own; returns those that were changed.

    Leads that somebody has moved since stay where they are.
    """
    changed = []
    for lead in leads:
        try:
            change(lead)
        except LeadMoved:
            continue
        changed.append(lead)
    return changed
