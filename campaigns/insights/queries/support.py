"""Requests for support, the most urgent first."""

from __future__ import annotations

from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Program

from ..models import SupportRequest

MOST = 200
IN_PANEL = 10
PENDING = (SupportRequest.State.OPEN, SupportRequest.State.TAKEN)


def requests_in(program: Program) -> ScopedQuerySet[SupportRequest]:
    rows = SupportRequest.objects.in_program(program)
    return rows.select_related("account", "opportunity", "asked_by", "owner", "asset")


def pending(program: Program) -> list[SupportRequest]:
    """What is still to be done, by its moment."""
    rows = requests_in(program).filter(state__in=PENDING)
    return list(rows.order_by("due_at", "id")[:MOST])


def closed(program: Program) -> list[SupportRequest]:
    """The newest of what was delivered or declined."""
    rows = requests_in(program).exclude(state__in=PENDING)
    return list(rows.order_by("-closed_at", "-id")[:IN_PANEL])


def of_deal(program: Program, opportunity_id: int) -> list[SupportRequest]:
    rows = requests_in(program).filter(opportunity=opportunity_id)
    return list(rows.order_by("-due_at", "-id")[:IN_PANEL])
