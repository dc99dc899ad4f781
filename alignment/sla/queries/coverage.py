"""Data for the coverage page: when MQLs arrive, who works then, and which promises break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

from accounts.models import JournalEvent, JournalKind
from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.people.models import Membership, Program, Side
from alignment.people.models.programs import IN_A_TEAM
from alignment.reference.state_zones import GROUPS, ZoneGroup, group_of
from alignment.reference.time_zones import place_of

from ..models import Seat, Territory
from ..rules import coverage as rules
from ..rules.contract import BUSINESS, SlaClause, parse_contract
from ..rules.coverage import Arrival, Cell, Desk, Gap, Outcome
from ..rules.hours import WorkingTime
from ..rules.week_words import ahead, clock_in_words, day_name, days_in_words
from .hours import Calendars, calendars

WEEKS = (4, 8, 12, 26)
# Only the newest ones are read; that many are enough to show a pattern.
MOST_ARRIVALS = 3_000
GAPS_SHOWN = 4
EVERYWHERE = "all"
# A gap with less than this percentage of the MQLs is not reported.
LEAST_SHARE = 1


class ZoneChoice(NamedTuple):
    code: str
    name: Any
    leads: int


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One hour of the week. `cover`: "none", "part" or "full"."""

    count: int
    level: int
    cover: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One hour of the day, with the same time on the reader's clock."""

    hour: str
    yours: str
    cells: list[HeatCell]


@dataclass(frozen=True, slots=True)
class Finding:
    """Hours that nobody covers: where, when, how much, and when that is for the reader.

    `wait` is the median in minutes until somebody works, for leads that arrive in the gap.
    """

    days: str
    count: int
    share: float
    wait: int | None
    # For gaps within a day only; days on which nobody works at all are the same in every zone.
    zone: Any = ""
    start: str = ""
    end: str = ""
    yours: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """All arrivals simulated with today's hours and people.

    Shares are percentages; None means that it can't be computed.
    """

    limit: int
    late: float
    unattended: float
    median_wait: int | None
    a_week: float
    busiest_week: int
    room: int | None
    beyond: float | None
    silent: int


@dataclass(frozen=True, slots=True)
class CoveragePage:
    weeks: int
    zone: str
    zone_name: Any
    zones: list[ZoneChoice]
    total: int
    is_cut: bool
    unknown: int
    days: list[str]
    rows: list[HeatRow]
    findings: list[Finding]
    figures: Figures | None
    people: int
    reader_place: str


@dataclass(frozen=True, slots=True)
class _Read:
    """The arrivals, oldest first, of the weeks that were asked for; where there are too many, the
    newest ones."""

    arrivals: Sequence[Arrival]
    asked: int
    now: datetime

    @property
    def is_cut(self) -> bool:
        return len(self.arrivals) == MOST_ARRIVALS

    @property
    def weeks(self) -> float:
        """The time they span. A few days say nothing of a usual week."""
        if not self.is_cut:
            return self.asked
        return max(1.0, (self.now - self.arrivals[0].at) / timedelta(weeks=1))

    def weighed(self, by_week: dict[datetime, int], room: int) -> dict[datetime, int]:
        """The weeks to hold against the room. Only the end of the oldest was read if the arrivals
        are cut; it tells something only if that alone is too much."""
        oldest = min(by_week, default=None) if self.is_cut else None
        return {week: n for week, n in by_week.items() if week != oldest or n > room}


def coverage_page(membership: Membership, *, weeks: int, zone: str, now: datetime) -> CoveragePage:
    """Seven statements, whatever the number of MQLs, people and teams."""
    program = membership.program
    found = calendars(program.pk)
    arrivals = _arrivals(program, since=now - timedelta(weeks=weeks))
    read = _Read(arrivals, weeks, now)
    desks = _desks(program, found)
    groups = _by_group(arrivals)
    shown = zone if zone == EVERYWHERE or zone in {g.code for g in groups} else _busiest(groups)
    people = {group.code: rules.working_people(desks, group.zone, now) for group in GROUPS}
    clause = first_contact(program)
    outcomes = _outcomes(arrivals, desks, clause, found) if clause else []
    reader = membership.user.time_zone
    return CoveragePage(
        weeks=weeks,
        zone=shown,
        zone_name=next((group.name for group in groups if group.code == shown), ""),
        zones=[ZoneChoice(g.code, g.name, len(groups[g])) for g in GROUPS if g in groups],
        total=len(arrivals),
        is_cut=read.is_cut,
        unknown=sum(1 for arrival in arrivals if group_of(arrival.state) is None),
        days=[day_name(day) for day in range(7)],
        rows=_rows(groups, people, shown, reader, now),
        findings=_findings(groups, people, arrivals, outcomes, reader, now),
        figures=_figures(read, outcomes, clause, desks, program) if clause else None,
        people=sum(len(desk.people) for desk in desks),
        reader_place=place_of(reader),
    )


def first_contact(program: Program) -> SlaClause | None:
    """The clause for sales' first contact with a new MQL, in the contract in force."""
    version = in_force(program, Kind.SLA)
    clauses = parse_contract(version.content).clauses if version else ()
    mine = [c for c in clauses if c.is_timed and c.owes == Side.SALES]
    mine = [c for c in mine if c.starts in ("handed_off", "became_mql")]
    wanted = [c for c in mine if c.ends == "contacted"] or [c for c in mine if c.ends == "reached"]
    return wanted[0] if wanted else None


def _arrivals(program: Program, *, since: datetime) -> list[Arrival]:
    """The newest arrivals, oldest first, with the team that holds their territory."""
    teams = _territories(program)
    rows = JournalEvent.objects.in_program(program).filter(kind=JournalKind.BECAME_MQL)
    rows = rows.filter(at__gte=since).order_by("-at", "-id")
    newest = rows.values_list("at", "account__state")[:MOST_ARRIVALS]
    return [Arrival(at, state, teams.get(state or "")) for at, state in reversed(newest)]


def _territories(program: Program) -> dict[str, int]:
    """State -> the team that holds it, or the team of the person who does."""
    rows = Territory.objects.in_program(program).values_list("state", "team_id", "user_id")
    homes = dict(
        Membership.objects.in_program(program)
        .filter(team__isnull=False)
        .values_list("user_id", "team_id")
    )
    found = {state: team or homes.get(user) for state, team, user in rows}
    return {state: team for state, team in found.items() if team is not None}


def _desks(program: Program, found: Calendars) -> list[Desk]:
    """Sales people who take turns, grouped by equal hours and capacity."""
    resting = Seat.objects.in_program(program).filter(weight=0).values_list("membership_id")
    rows = Membership.objects.in_program(program).filter(role__in=IN_A_TEAM)
    rows = rows.filter(team__side=Side.SALES, user__is_active=True).exclude(pk__in=resting)
    grouped: dict[tuple[int, WorkingTime, int | None], list[int]] = {}
    for user, team, room in rows.order_by("pk").values_list("user_id", "team_id", "leads_a_week"):
        grouped.setdefault((team or 0, found.seat(user), room), []).append(user)
    return [
        Desk(team, tuple(users), working, room) for (team, working, room), users in grouped.items()
    ]


def _by_group(arrivals: Iterable[Arrival]) -> dict[ZoneGroup, list[Arrival]]:
    groups: dict[ZoneGroup, list[Arrival]] = {}
    for arrival in arrivals:
        group = group_of(arrival.state)
        if group is not None:
            groups.setdefault(group, []).append(arrival)
    return groups


def _busiest(groups: dict[ZoneGroup, list[Arrival]]) -> str:
    return max(groups, key=lambda g: len(groups[g])).code if groups else EVERYWHERE


def _rows(
    groups: dict[ZoneGroup, list[Arrival]],
    people: dict[str, dict[Cell, float]],
    shown: str,
    reader: str,
    now: datetime,
) -> list[HeatRow]:
    """24 rows of 7 days: in one zone, or with each prospect in their own."""
    inside = [g for g in groups if shown in (EVERYWHERE, g.code)] or list(GROUPS[:1])
    counts: Counter[Cell] = Counter()
    for group in inside:
        counts += rules.count_cells((a.at for a in groups.get(group, ())), group.zone)
    most = max(counts.values(), default=0)
    here = inside[0] if shown != EVERYWHERE else None
    return [
        HeatRow(
            hour=clock_in_words(hour * 60),
            yours=_shifted(hour * 60, here.zone, reader, now) if here else "",
            cells=[
                HeatCell(
                    counts[day, hour],
                    rules.level(counts[day, hour], most),
                    _cover([people[group.code][day, hour] for group in inside]),
                )
                for day in range(7)
            ],
        )
        for hour in range(24)
    ]


def _cover(working: Sequence[float]) -> str:
    if not any(working):
        return "none"
    return "full" if all(number >= 1 for number in working) else "part"


def _shifted(minute: int, zone: str, reader: str, now: datetime) -> str:
    return clock_in_words(minute + ahead(reader, zone, now))


def _findings(
    groups: dict[ZoneGroup, list[Arrival]],
    people: dict[str, dict[Cell, float]],
    arrivals: Sequence[Arrival],
    outcomes: Sequence[Outcome],
    reader: str,
    now: datetime,
) -> list[Finding]:
    waits = {id(a): outcome for a, outcome in zip(arrivals, outcomes, strict=False)}
    found: list[Finding] = []
    whole_days: dict[tuple[int, int], list[Arrival]] = {}
    for group, inside in groups.items():
        counts = rules.count_cells((a.at for a in inside), group.zone)
        for gap in rules.gaps(counts, people[group.code]):
            there = [a for a in inside if _falls(a, gap, group)]
            if gap.all_day:
                whole_days.setdefault((gap.first_day, gap.last_day), []).extend(there)
            else:
                found_here = _finding(there, arrivals, waits, gap.first_day, gap.last_day)
                found.append(_within_a_day(found_here, group, gap, reader, now))
    found += [_finding(there, arrivals, waits, *days) for days, there in whole_days.items()]
    found = [finding for finding in found if finding.share >= LEAST_SHARE]
    return sorted(found, key=lambda finding: -finding.count)[:GAPS_SHOWN]


def _finding(
    there: Sequence[Arrival],
    arrivals: Sequence[Arrival],
    waits: dict[int, Outcome],
    first_day: int,
    last_day: int,
) -> Finding:
    opens = [waits[id(a)].opens_after for a in there if id(a) in waits]
    known = [seconds for seconds in opens if seconds is not None]
    return Finding(
        days=days_in_words(first_day, last_day),
        count=len(there),
        share=100 * len(there) / len(arrivals),
        wait=round(median(known) / 60) if known else None,
    )


def _within_a_day(told: Finding, group: ZoneGroup, gap: Gap, reader: str, now: datetime) -> Finding:
    shift = group.zone, reader, now
    return replace(
        told,
        zone=group.name,
        start=clock_in_words(gap.start * 60),
        end=clock_in_words(gap.end * 60),
        yours=f"{_shifted(gap.start * 60, *shift)}–{_shifted(gap.end * 60, *shift)}",
    )


def _falls(arrival: Arrival, gap: Gap, group: ZoneGroup) -> bool:
    day, hour = rules.local_cell_in(arrival.at, group.zone)
    return gap.first_day <= day <= gap.last_day and gap.start <= hour < gap.end


def _outcomes(
    arrivals: Sequence[Arrival], desks: Sequence[Desk], clause: SlaClause, found: Calendars
) -> list[Outcome]:
    """What would happen to each arrival with today's hours and people, due by the clause's
    hours."""
    due_time: dict[tuple[int, str | None], WorkingTime] = {}
    if clause.time == BUSINESS:
        states = {arrival.state for arrival in arrivals}
        for desk in desks:
            for state in states:
                due_time[desk.team_id, state] = found.of(
                    "prospect" if clause.hours_of == "prospect" else "team",
                    team_id=desk.team_id,
                    state=state,
                )
    return rules.replay(arrivals, desks, clause, due_time=due_time)


def _figures(
    read: _Read,
    outcomes: Sequence[Outcome],
    clause: SlaClause,
    desks: Sequence[Desk],
    program: Program,
) -> Figures:
    total = len(read.arrivals) or 1
    limit = clause.minutes * 60
    closed = [o for o in outcomes if o.opens_after is None or o.opens_after > limit]
    waits = [o.opens_after for o in outcomes if o.opens_after is not None]
    by_week = rules.weekly(read.arrivals, program.time_zone)
    silent = sum(len(desk.people) for desk in desks if desk.leads_a_week is None)
    room = sum(len(desk.people) * (desk.leads_a_week or 0) for desk in desks)
    is_known = bool(desks) and not silent
    weighed = read.weighed(by_week, room)
    beyond = 100 * rules.beyond(weighed, room) / (sum(weighed.values()) or 1)
    return Figures(
        limit=clause.minutes,
        late=100 * sum(o.is_late for o in outcomes) / total,
        unattended=100 * len(closed) / total,
        median_wait=round(median(waits) / 60) if waits else None,
        a_week=len(read.arrivals) / read.weeks,
        busiest_week=max(by_week.values(), default=0),
        room=room if is_known else None,
        beyond=beyond if is_known else None,
        silent=silent,
    )
