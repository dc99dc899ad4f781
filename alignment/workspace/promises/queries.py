"""Queries for the pages of promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import JournalEvent
from accounts.queries.names import set_known_as
from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.core import figures
from alignment.people.models import Membership, Program, Role, Side
from alignment.sla.models import Clock, Dispute, Escalation
from alignment.sla.queries.contracts import contracts
from alignment.sla.words import title
from alignment.workspace.paging import Ordering, Page, page_of

from .lines import Line, lines_of

if TYPE_CHECKING:
    from alignment.core.scoping import ScopedQuerySet

    from .filters import PromiseFilter

SOONEST = Ordering(("due_at", "id"), (datetime, int))
LATEST = Ordering(("ended_at", "id"), (datetime, int), descending=True)
RELATED = ("lead__stakeholder", "lead__account", "owner", "team", "version", "dispute")
SHOWN = (
    *("program_id", "version_id", "clause", "side", "state", "started_at", "due_at", "met_at"),
    *("ended_at", "due_sum", "lag_s", "recomputed_at", "recomputed_because", "level", "event_id"),
    *(
        "lead__stakeholder__do_not_contact",
        "lead__stakeholder__first_name",
        "lead__stakeholder__last_name",
        "lead__account__name",
    ),
    *(
        "lead__stage",
        "lead__program_id",
        "lead__stakeholder__program_id",
        "lead__account__program_id",
    ),
    *("owner__name", "owner__email", "team__name", "version__number", "version__kind"),
    *("dispute__granted", "dispute__asked_at"),
)
COUNT_UP_TO = 1_000
ON_THE_WALL = 7
NEEDING = 20


def shown_clocks(clocks: ScopedQuerySet[Clock]) -> ScopedQuerySet[Clock]:
    """Only the columns that a line shows."""
    return clocks.select_related(*RELATED).only(*SHOWN)


def _lines(program: Program, clocks: list[Clock]) -> list[Line]:
    set_known_as(program=program, people=[clock.lead.stakeholder for clock in clocks])
    return lines_of(clocks)


def promise_page(
    *, program: Program, asked: PromiseFilter, user_id: int, place: dict[str, str]
) -> Page[Line]:
    """Running promises by due time, ended ones with the latest first."""
    clocks = shown_clocks(asked.apply(Clock.objects.in_program(program), user_id=user_id))
    page = page_of(clocks, SOONEST if asked.is_running else LATEST, place)
    return Page(_lines(program, page.rows), page.after, page.before)


def tab_counts(*, program: Program, asked: PromiseFilter, user_id: int) -> dict[str, int]:
    """The number under each tab, at most `COUNT_UP_TO`."""
    found = {}
    for state in ("running", "broken"):
        one = asked.apply(Clock.objects.in_program(program), user_id=user_id)
        if asked.state != state:
            one = replace(asked, state=state).apply(
                Clock.objects.in_program(program), user_id=user_id
            )
        found[state] = one.order_by().values("id")[:COUNT_UP_TO].count()
    return found


@dataclass(frozen=True, slots=True)
class Needed:
    """What waits for this person: escalations to answer, and excuses to decide on."""

    escalations: list[tuple[Escalation, Line]] = field(default_factory=list)
    disputes: list[tuple[Dispute, Line]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.escalations or self.disputes)


def needed_by(membership: Membership) -> Needed:
    """Managers answer for their side and decide on excuses of the other; owners do so for both
    sides.
    """
    if membership.role not in (Role.MANAGER, Role.OWNER):
        return Needed()
    program = membership.program
    open_ones = Escalation.objects.in_program(program).filter(
        acknowledged_at__isnull=True, clock__state=Clock.State.BROKEN
    )
    asked = Dispute.objects.in_program(program).filter(granted__isnull=True)
    if membership.role == Role.MANAGER:
        open_ones = open_ones.filter(clock__side=membership.side)
        asked = asked.exclude(clock__side=membership.side)
    else:
        asked = asked.none()
    escalations = _newest_per_clock(list(open_ones.order_by("-id")[: 3 * NEEDING]))[:NEEDING]
    disputes = list(asked.select_related("asked_by").order_by("id")[:NEEDING])
    ids = [e.clock_id for e in escalations] + [d.clock_id for d in disputes]
    if not ids:
        return Needed()
    clocks = list(shown_clocks(Clock.objects.in_program(program).filter(pk__in=ids)))
    lines = {line.clock.pk: line for line in _lines(program, clocks)}
    return Needed(
        [(e, lines[e.clock_id]) for e in escalations],
        [(d, lines[d.clock_id]) for d in disputes],
    )


def _newest_per_clock(rows: list[Escalation]) -> list[Escalation]:
    found: dict[int, Escalation] = {}
    for row in rows:
        found.setdefault(row.clock_id, row)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Happened:
    """One event in a promise's history; `what` is its key in the template."""

    what: str
    at: datetime
    by: str = ""
    note: str = ""
    escalation: Escalation | None = None


@dataclass(frozen=True, slots=True)
class PromiseDetail:
    line: Line
    began: JournalEvent | None
    escalations: list[Escalation]
    dispute: Dispute | None

    @property
    def story(self) -> list[Happened]:
        """The history, the latest event first."""
        clock = self.line.clock
        found = [Happened("began", clock.started_at)]
        if self.line.is_timed:
            found.append(Happened("due", clock.due_at))
        for rung in self.escalations:
            found.append(Happened("escalated", rung.created_at, escalation=rung))
            if rung.acknowledged_at and rung.answer:
                by, answer = str(rung.acknowledged_by or ""), rung.answer
                found.append(Happened("acknowledged", rung.acknowledged_at, by, answer))
        if clock.met_at:
            found.append(Happened("kept" if clock.state == "kept" else "late", clock.met_at))
        if self.dispute:
            asked = self.dispute
            found.append(Happened("asked", asked.asked_at, str(asked.asked_by or ""), asked.reason))
            if asked.decided_at:
                what = "excused" if asked.granted else "refused"
                by = str(asked.decided_by or "")
                found.append(Happened(what, asked.decided_at, by, asked.answer))
        return sorted(found, key=attrgetter("at"), reverse=True)

    @property
    def open_escalation(self) -> Escalation | None:
        return next((e for e in self.escalations if e.acknowledged_at is None), None)


def promise_in(*, program: Program, clock_id: int) -> PromiseDetail | None:
    """One promise with its history: five queries."""
    clock = shown_clocks(Clock.objects.in_program(program)).filter(pk=clock_id).first()
    if clock is None:
        return None
    (line,) = _lines(program, [clock])
    rows = Escalation.objects.in_program(program).select_related("acknowledged_by")
    disputes = Dispute.objects.in_program(program).select_related("asked_by", "decided_by")
    return PromiseDetail(
        line,
        JournalEvent.objects.in_program(program).filter(pk=clock.event_id).first(),
        list(rows.filter(clock=clock).order_by("level")),
        disputes.filter(clock=clock).first(),
    )


@dataclass(frozen=True, slots=True)
class WallSide:
    """One side on the wallboard: today's promises, and those due next."""

    side: str
    kept: int
    broken: int
    excused: int
    running: int
    soonest: list[Line]
    lately_broken: list[Line]

    @property
    def share(self) -> int | None:
        """Percentage kept of those decided today, without excused ones; None if there are none."""
        counted = self.kept + self.broken - self.excused
        return figures.share(self.kept, counted) if counted > 0 else None


def wallboard(*, program: Program, since: datetime) -> list[WallSide]:
    """Both sides in the same way: seven queries, independent of the number of promises."""
    clocks = Clock.objects.in_program(program)
    ended = clocks.filter(ended_at__gte=since).values("side")
    today: dict[str, Mapping[str, Any]] = {
        row["side"]: row
        for row in ended.annotate(
            kept=Count("id", filter=Q(state="kept")),
            broken=Count("id", filter=Q(state="broken")),
            excused=Count("id", filter=Q(state="broken", dispute__granted=True)),
        ).order_by()
    }
    return [_wall_side(program, side, today.get(side, {}), since) for side in Side.values]


def _wall_side(program: Program, side: str, today: Mapping[str, Any], since: datetime) -> WallSide:
    clocks = Clock.objects.in_program(program).filter(side=side)
    running = clocks.filter(state=Clock.State.RUNNING)
    soonest = list(shown_clocks(running).order_by("due_at", "id")[:ON_THE_WALL])
    broken = clocks.filter(state=Clock.State.BROKEN, ended_at__gte=since)
    lately = list(shown_clocks(broken).order_by("-ended_at", "-id")[:ON_THE_WALL])
    lines = _lines(program, [*soonest, *lately])
    return WallSide(
        side,
        today.get("kept", 0),
        today.get("broken", 0),
        today.get("excused", 0),
        running.order_by().values("id")[:COUNT_UP_TO].count(),
        lines[: len(soonest)],
        lines[len(soonest) :],
    )


def clauses_offered(program: Program) -> list[tuple[str, str]]:
    """Key and title of the promises in force, for the filter."""
    version = in_force(program, Kind.SLA)
    if version is None:
        return []
    return [(clause.key, title(clause)) for clause in contracts([version.pk])[version.pk].clauses]


def start_of_day(zone_name: str) -> datetime:
    """Midnight in that zone."""
    with timezone.override(ZoneInfo(zone_name)):
        return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
