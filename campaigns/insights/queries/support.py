"""Requests for support, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from alignment.core.scoping import ScopedQuerySet
from alignment.people.models import Program, Side, Team, User
from alignment.people.permissions import Permission, Seat, may
from alignment.people.queries import seat_of
from alignment.sla.queries.hours import calendars
from alignment.sla.rules.hours import WorkingTime

from ..models import SupportRequest

MOST = 200
IN_PANEL = 10
PENDING = (SupportRequest.State.OPEN, SupportRequest.State.TAKEN)


def requests_in(program: Program) -> ScopedQuerySet[SupportRequest]:
    rows = SupportRequest.objects.in_program(program)
    return rows.select_related("account", "opportunity", "asked_by", "owner", "asset")


def takes_requests(seat: Seat) -> bool:
    """Marketing delivers what sales asks for; owners, who belong to no side, may do so, too."""
    return seat.side != Side.SALES and may(seat.role, Permission.WORK_DEALS)


def may_take(program: Program, user: User) -> bool:
    seat = seat_of(user=user, program=program)
    return seat is not None and takes_requests(seat)


def pending(program: Program) -> list[SupportRequest]:
    """Requests that are still open, by deadline."""
    rows = requests_in(program).filter(state__in=PENDING)
    return list(rows.order_by("due_at", "id")[:MOST])


@dataclass(frozen=True, slots=True)
class WaitingRequests:
    """How many requests wait, and how many of them are overdue."""

    count: int
    late: int

    def __bool__(self) -> bool:
        return self.count > 0


def waiting_requests(program: Program, *, of: int | None = None) -> WaitingRequests:
    """Open requests; with `of`, those that this user or nobody took. One statement."""
    rows = SupportRequest.objects.in_program(program).filter(state__in=PENDING)
    if of is not None:
        rows = rows.filter(Q(owner=of) | Q(owner=None))
    overdue = Q(due_at__lt=timezone.now())
    return WaitingRequests(**rows.aggregate(count=Count("id"), late=Count("id", filter=overdue)))


def closed(program: Program) -> list[SupportRequest]:
    """Requests that were delivered or declined, the newest first."""
    rows = requests_in(program).exclude(state__in=PENDING)
    return list(rows.order_by("-closed_at", "-id")[:IN_PANEL])


def of_deal(program: Program, opportunity_id: int) -> list[SupportRequest]:
    rows = requests_in(program).filter(opportunity=opportunity_id)
    return list(rows.order_by("-due_at", "-id")[:IN_PANEL])


def late_requests(opportunity_ids: Sequence[int]) -> dict[int, list[SupportRequest]]:
    """By opportunity, overdue requests of sales, the oldest first; one statement. The ids must come
    from rows of one program, since they are not filtered by program.
    """
    rows = SupportRequest.objects.across_programs().filter(
        opportunity__in=list(opportunity_ids), state__in=PENDING, due_at__lt=timezone.now()
    )
    found: dict[int, list[SupportRequest]] = {}
    for row in rows.select_related("owner").order_by("due_at", "id"):
        found.setdefault(row.opportunity_id or 0, []).append(row)
    return found


def hours_of_marketing(program_id: int) -> WorkingTime:
    """Working hours of those who deliver: the first marketing team's, or else the program's."""
    teams = Team.objects.in_program(program_id).filter(side=Side.MARKETING)
    first = teams.order_by("pk").values_list("pk", flat=True).first()
    return calendars(program_id).team(first)


def minutes_left(program: Program, rows: Sequence[SupportRequest]) -> dict[int, int]:
    """Business minutes left for each pending request, by its id; two statements."""
    pending = [row for row in rows if row.is_pending and not row.is_overdue]
    if not pending:
        return {}
    working, now = hours_of_marketing(program.pk), timezone.now()
    return {row.pk: int(working.between(now, row.due_at) // 60) for row in pending}
