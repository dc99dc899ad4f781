"""Promises of this person or their team: the late ones first, then those due next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from accounts.models import Stage
from accounts.models.leads import CLOSED_STAGES
from accounts.queries.names import set_known_as
from alignment.people.models import Role, Side
from alignment.sla.models import Clock
from alignment.sla.rules.verdicts import CONTACTS, OWED_ANYWAY
from alignment.workspace.promises.lines import Line, lines_of
from alignment.workspace.promises.queries import shown_clocks

if TYPE_CHECKING:
    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Membership

SHOWN = 8
MOST_LATE = 4
COUNT_UP_TO = 999
# Promises broken longer ago are left to the page of promises.
STILL_TO_SAVE = timedelta(days=14)
_LEFT = (*CLOSED_STAGES, Stage.RECYCLED)


@dataclass(frozen=True, slots=True)
class Owed:
    """`mine`: only the person's own promises are included; `query` opens the same selection on
    their page.
    """

    lines: list[Line]
    running: int
    mine: bool
    query: str


def owed(membership: Membership) -> Owed:
    """A rep's own promises, for others those of their side, and for those who run the program both
    sides'.
    """
    clocks = Clock.objects.in_program(membership.program_id)
    mine = membership.role == Role.MEMBER and membership.side == Side.SALES
    query = ""
    if mine:
        clocks, query = clocks.filter(owner=membership.user_id), "?mine=1"
    elif membership.side:
        clocks, query = clocks.filter(side=membership.side), f"?side={membership.side}"
    running = clocks.filter(state=Clock.State.RUNNING)
    late = _late(clocks)
    soonest = shown_clocks(running).order_by("due_at", "id")[: SHOWN - len(late)]
    found = [*late, *soonest]
    set_known_as(program=membership.program_id, people=[clock.lead.stakeholder for clock in found])
    return Owed(
        lines_of(found),
        running.order_by().values("id")[: COUNT_UP_TO + 1].count(),
        mine,
        query,
    )


def _late(clocks: ScopedQuerySet[Clock]) -> list[Clock]:
    """Broken but still outstanding; the latest first, as the easiest to make up for."""
    broken = clocks.filter(
        Q(dispute__isnull=True) | ~Q(dispute__granted=True),
        state=Clock.State.BROKEN,
        met_at__isnull=True,
        ended_at__gte=timezone.now() - STILL_TO_SAVE,
    )
    lines = lines_of(shown_clocks(broken).order_by("-ended_at", "-id")[: 4 * SHOWN])
    return [line.clock for line in lines if _is_still_owed(line)][:MOST_LATE]


def _is_still_owed(line: Line) -> bool:
    """A person with a ban on contact must not be called; once a lead is closed or recycled, only
    the promises in `OWED_ANYWAY` remain.
    """
    lead, clause = line.clock.lead, line.clause
    if clause is None or not clause.is_timed:
        return False
    if lead.stakeholder.do_not_contact and clause.ends in CONTACTS:
        return False
    return lead.stage not in _LEFT or clause.ends in OWED_ANYWAY
