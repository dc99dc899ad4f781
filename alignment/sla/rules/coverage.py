"""Who works when leads arrive: pure, computed from arrivals and calendars."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from .contract import SlaClause
from .hours import NO_HOLIDAYS, NoWorkingTime, WorkingTime
from .schedule import deadline
from .week_words import runs

# The darkest level of a cell; 0 means that nothing arrives.
DARKEST = 4

LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An MQL: when it arrived, its state, and the team that holds its territory, if any."""

    at: datetime
    state: str | None = None
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """People of one team with the same hours and the same weekly capacity."""

    team_id: int
    people: tuple[int, ...]
    working: WorkingTime
    # None: no limit was set.
    leads_a_week: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would happen to one arrival. Waits are elapsed seconds; None: nobody would ever call."""

    opens_after: float | None
    wait: float | None
    is_late: bool


@dataclass(slots=True)
class _Shifts:
    """The openings of a calendar, asked for in order: each span is looked up once."""

    working: WorkingTime
    begin: datetime = LONG_AGO
    end: datetime = LONG_AGO

    def open(self, at: datetime) -> datetime | None:
        """`at` itself if somebody works then, else the next start; None: never."""
        if at >= self.end:
            try:
                self.begin, self.end = next(self.working.spans_from(at))
            except NoWorkingTime:
                return None
        return max(at, self.begin)


@dataclass(slots=True)
class _Queue:
    """The people of a desk; `free` holds when each is free for the next lead."""

    desk: Desk
    minutes_each: float
    free: list[tuple[datetime, int]]
    # Whoever is busy is asked about later moments than the arrivals.
    on_arrival: _Shifts
    when_free: _Shifts


def local_cell(at: datetime, zone: ZoneInfo) -> Cell:
    """Weekday and hour on the clocks of the zone."""
    local = at.astimezone(zone)
    return local.weekday(), local.hour


def local_cell_in(at: datetime, zone: str) -> Cell:
    return local_cell(at, ZoneInfo(zone))


def count_cells(arrivals: Iterable[datetime], zone: str) -> Counter[Cell]:
    info = ZoneInfo(zone)
    return Counter(local_cell(at, info) for at in arrivals)


def level(count: int, most: int) -> int:
    """0 for none, else 1 to `DARKEST` in even steps up to the fullest cell."""
    return -(-count * DARKEST // most) if most else 0


def working_people(desks: Iterable[Desk], zone: str, week_start: datetime) -> dict[Cell, float]:
    """People at work in each hour of a usual week (no holidays, nobody away) in `zone`; half an
    hour of one person is 0.5. `week_start`: any moment of the week to look at."""
    found = dict.fromkeys(((day, hour) for day in range(7) for hour in range(24)), 0.0)
    starts = _hour_starts(zone, week_start)
    # Leave makes desks of equal weeks differ, perhaps each person's from all others'.
    alike: Counter[WorkingTime] = Counter()
    for desk in desks:
        usual = WorkingTime(desk.working.zone, desk.working.week, NO_HOLIDAYS)
        alike[usual] += len(desk.people)
    for usual, people in alike.items():
        for cell, start in starts.items():
            worked = usual.between(start, start + timedelta(hours=1))
            found[cell] += people * worked / 3600
    return found


def _hour_starts(zone: str, week_start: datetime) -> dict[Cell, datetime]:
    info = ZoneInfo(zone)
    local = week_start.astimezone(info)
    monday = local.date() - timedelta(days=local.weekday())
    found = {}
    for day in range(7):
        date_ = monday + timedelta(days=day)
        for hour in range(24):
            moment = datetime(date_.year, date_.month, date_.day, hour, tzinfo=info)
            found[day, hour] = moment.astimezone(UTC)
    return found


@dataclass(frozen=True, slots=True)
class Gap:
    """Consecutive hours on consecutive days in which nobody works and leads arrive: [first, last]
    days, [start, end) hours."""

    first_day: int
    last_day: int
    start: int
    end: int
    count: int
    # Nobody works on these days at all; start and end only bound the arrivals.
    all_day: bool = False


def gaps(counts: Mapping[Cell, int], people: Mapping[Cell, float]) -> list[Gap]:
    """Gaps in which nobody works though leads arrive, the largest first.

    Consecutive days with the same uncovered hours are one gap; hours at the edges in which nothing
    arrives are cut off.
    """
    alone = [frozenset(h for h in range(24) if not people[day, h]) for day in range(7)]
    found = []
    for first, last in runs(alone):
        for start, end in _stretches(alone[first]):
            weights = [
                sum(counts.get((day, hour), 0) for day in range(first, last + 1))
                for hour in range(start, end)
            ]
            busy = [i for i, weight in enumerate(weights) if weight]
            if busy:
                edges = start + busy[0], start + busy[-1] + 1
                found.append(Gap(first, last, *edges, sum(weights), end - start == 24))
    return sorted(found, key=lambda gap: -gap.count)


def _stretches(hours: frozenset[int]) -> list[tuple[int, int]]:
    return [
        (first, last + 1) for first, last in runs([h in hours for h in range(24)]) if first in hours
    ]


def replay(
    arrivals: Sequence[Arrival],
    desks: Sequence[Desk],
    clause: SlaClause,
    *,
    due_time: Mapping[tuple[int, str | None], WorkingTime] | None = None,
) -> list[Outcome]:
    """Simulate the arrivals, in order, with today's people and hours.

    Each goes to whoever is free first (in the territory's team, if there is one), who calls at once
    when at work and is then busy for that lead's share of their week. Late means called after the
    clause's limit. `due_time` is the working time that the clause counts in, by (team, state); the
    desk's own if missing.
    """
    queues = [_queue(desk) for desk in desks if desk.people]
    return [_next(arrival, queues, clause, due_time or {}) for arrival in arrivals]


def _queue(desk: Desk) -> _Queue:
    minutes = sum(end - start for day in desk.working.week for start, end in day)
    each = minutes / desk.leads_a_week if desk.leads_a_week else 0.0
    free = [(LONG_AGO, person) for person in desk.people]
    return _Queue(desk, each, free, _Shifts(desk.working), _Shifts(desk.working))


def _next(
    arrival: Arrival,
    queues: Sequence[_Queue],
    clause: SlaClause,
    due_time: Mapping[tuple[int, str | None], WorkingTime],
) -> Outcome:
    mine = [q for q in queues if arrival.team_id in (None, q.desk.team_id)] or queues
    opens = [at for q in mine if (at := q.on_arrival.open(arrival.at)) is not None]
    starts = [
        (at, i)
        for i, q in enumerate(mine)
        if (at := q.when_free.open(_free(q, arrival.at))) is not None
    ]
    if not starts:
        return Outcome(None, None, is_late=True)
    start, i = min(starts)
    queue = mine[i]
    _take(queue, start)
    working = due_time.get((queue.desk.team_id, arrival.state), queue.desk.working)
    due = deadline(clause, arrival.at, working) or arrival.at + timedelta(minutes=clause.minutes)
    return Outcome(
        opens_after=(min(opens) - arrival.at).total_seconds(),
        wait=(start - arrival.at).total_seconds(),
        is_late=start > due,
    )


def _free(queue: _Queue, at: datetime) -> datetime:
    return max(at, queue.free[0][0])


def _take(queue: _Queue, start: datetime) -> None:
    if not queue.minutes_each:
        return
    try:
        free = queue.desk.working.add(start, queue.minutes_each)
    except NoWorkingTime:
        free = datetime(9000, 1, 1, tzinfo=UTC)
    heapq.heapreplace(queue.free, (free, queue.free[0][1]))


def weekly(arrivals: Iterable[Arrival], zone: str) -> dict[datetime, int]:
    """Arrivals by week; the key is midnight of its Monday in the zone (naive)."""
    info = ZoneInfo(zone)
    found: Counter[datetime] = Counter()
    for arrival in arrivals:
        local = arrival.at.astimezone(info).replace(tzinfo=None)
        monday = local - timedelta(days=local.weekday())
        found[monday.replace(hour=0, minute=0, second=0, microsecond=0)] += 1
    return dict(found)


def beyond(weeks: Mapping[datetime, int], room: int) -> int:
    """How many arrivals exceeded the weekly capacity."""
    return sum(max(0, count - room) for count in weeks.values())
