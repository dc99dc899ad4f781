"""The difference between two contracts: clocks of the last 30 days that they judge differently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Lead
from accounts.queries.own_time import recorded_later
from alignment.agreements.models import Version
from alignment.people.models import Program

from .. import words
from ..models import Clock
from ..rules.contract import ELAPSED, Contract, SlaClause, parse_contract
from ..rules.events import LeadEvent
from ..rules.hours import NoWorkingTime
from ..rules.verdicts import Promise, fulfilling_event
from .contract import looked_back_to
from .contracts import contracts
from .hours import Calendars, calendars
from .lead_events import lead_events

# Reading this many, with their deeds, takes a second or two.
MOST_CLOCKS = 20_000
PAGE = 50
BREAKS, MENDS = "breaks", "mends"


@dataclass(frozen=True, slots=True)
class Ran:
    """An ended clock, with what is needed to judge it by another limit."""

    pk: int
    version_id: int
    clause: str
    lead_id: int
    event_id: int
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    owner_id: int | None
    team_id: int | None
    # The prospect's state.
    state: str | None
    # When the deed was recorded, which is what counts.
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """A promise whose limit differs: clocks kept under the older and broken under the newer one,
    and the reverse. `unsaid` counts those that can't be computed."""

    key: str
    title: str
    was: str
    becomes: str
    looked_at: int
    breaks: int
    mends: int
    unsaid: int


@dataclass(frozen=True, slots=True)
class VersionImpact:
    """`others`: promises that differ in a way past clocks say nothing about."""

    shifts: list[Shift]
    others: list[str]
    looked_at: int
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Crossed:
    """A clock that the two contracts judge differently. `recorded_at`: only if the deed was not
    recorded at once."""

    lead: Lead
    started_at: datetime
    met_at: datetime | None
    recorded_at: datetime | None
    was_due: datetime
    would_be_due: datetime


@dataclass(frozen=True, slots=True)
class CrossedPage:
    lines: list[Crossed]
    after: int | None


@dataclass(frozen=True, slots=True)
class _Pair:
    older: SlaClause
    newer: SlaClause


def version_impact(*, older: Version, newer: Version) -> VersionImpact:
    """Looks at the newest `MOST_CLOCKS` at most; writes nothing."""
    before, after = parse_contract(older.content), parse_contract(newer.content)
    pairs = _comparable(before, after)
    ran = _ran(older.program, pairs)
    judge = _Judge.of(older.program)
    shifts = [
        _shift(pair, [clock for clock in ran if clock.clause == key], judge)
        for key, pair in pairs.items()
    ]
    return VersionImpact(shifts, _others(before, after, pairs), len(ran), len(ran) == MOST_CLOCKS)


def crossed(*, older: Version, newer: Version, key: str, way: str, after: int) -> CrossedPage:
    """The clocks behind a number of `apart`, newest first, starting after the first `after`."""
    pairs = _comparable(parse_contract(older.content), parse_contract(newer.content))
    if key not in pairs:
        return CrossedPage([], None)
    pair, judge = pairs[key], _Judge.of(older.program)
    found = [clock for clock in _ran(older.program, {key: pair}) if judge.way(clock, pair) == way]
    shown = found[after : after + PAGE]
    leads = Lead.objects.in_program(older.program).select_related("stakeholder", "account")
    by_id = leads.in_bulk([clock.lead_id for clock in shown])
    return CrossedPage(
        list(_lines(shown, pair, judge, by_id)), after + PAGE if len(found) > after + PAGE else None
    )


def _lines(
    shown: list[Ran], pair: _Pair, judge: _Judge, leads: dict[int, Lead]
) -> Iterator[Crossed]:
    for clock in shown:
        was, becomes = judge.due(clock, pair.older), judge.due(clock, pair.newer)
        if was and becomes and clock.lead_id in leads:
            lead, later = leads[clock.lead_id], _recorded_later(clock)
            yield Crossed(lead, clock.started_at, clock.met_at, later, was, becomes)


def _recorded_later(clock: Ran) -> datetime | None:
    if clock.met_at is None or clock.recorded_at is None:
        return None
    return recorded_later(happened_at=clock.met_at, at=clock.recorded_at)


def _comparable(before: Contract, after: Contract) -> dict[str, _Pair]:
    """Promises about the same thing with different limits."""
    found = {}
    for clause in after.clauses:
        was = before.clause(clause.key)
        if was is None or not (was.is_timed and clause.is_timed):
            continue
        same = (was.starts, was.ends) == (clause.starts, clause.ends)
        if same and _terms(was) != _terms(clause):
            found[clause.key] = _Pair(was, clause)
    return found


def _terms(clause: SlaClause) -> tuple[object, ...]:
    return clause.minutes, clause.time, clause.hours_of


def _others(before: Contract, after: Contract, pairs: dict[str, _Pair]) -> list[str]:
    """Titles of promises that are new, removed, or about something else."""
    titles = {}
    for clause in (*before.clauses, *after.clauses):
        was, becomes = before.clause(clause.key), after.clause(clause.key)
        if clause.key not in pairs and _about(was) != _about(becomes):
            titles[clause.key] = words.title(clause)
    return list(titles.values())


def _about(clause: SlaClause | None) -> tuple[object, ...] | None:
    if clause is None:
        return None
    return clause.owes, clause.kind, clause.starts, clause.ends, clause.condition


def _ran(program: Program, pairs: dict[str, _Pair]) -> list[Ran]:
    if not pairs:
        return []
    rows = Clock.objects.in_program(program).filter(
        ended_at__gte=looked_back_to(program),
        clause__in=list(pairs),
        state__in=[Clock.State.KEPT, Clock.State.BROKEN],
    )
    clock = ("pk", "version_id", "clause", "lead_id", "event_id", "started_at", "due_at", "met_at")
    names = (*clock, "owner_id", "team_id", "lead__account__state")
    newest = rows.order_by("-ended_at", "-pk").values_list(*names)[:MOST_CLOCKS]
    return _with_recording(program, [Ran(*row) for row in newest])


def _with_recording(program: Program, clocks: list[Ran]) -> list[Ran]:
    """The clocks with the time at which what was done was recorded, from the journal."""
    known = contracts(clock.version_id for clock in clocks)
    clauses = {clock.pk: known[clock.version_id].clause(clock.clause) for clock in clocks}
    done = {clock.lead_id for clock in clocks if clock.met_at is not None}
    ends = {clause.ends for clause in clauses.values() if clause}
    events = lead_events(program.pk, done, names=ends) if done else {}
    return [_recorded(clock, clauses[clock.pk], events.get(clock.lead_id, [])) for clock in clocks]


def _recorded(clock: Ran, clause: SlaClause | None, events: list[LeadEvent]) -> Ran:
    """Some are done without an event of their own, as the update where no CRM is connected."""
    if clock.met_at is None or clause is None:
        return clock
    promise = Promise(clock.event_id, clock.started_at, clock.due_at)
    done = fulfilling_event(promise, clause, events)
    return replace(clock, recorded_at=done.recorded_at if done else clock.met_at)


def _shift(pair: _Pair, clocks: list[Ran], judge: _Judge) -> Shift:
    ways = [judge.way(clock, pair) for clock in clocks]
    return Shift(
        key=pair.newer.key,
        title=words.title(pair.newer),
        was=_limit(pair.older),
        becomes=_limit(pair.newer),
        looked_at=len(clocks),
        breaks=ways.count(BREAKS),
        mends=ways.count(MENDS),
        unsaid=ways.count(None),
    )


def _limit(clause: SlaClause) -> str:
    shown = words.limit(clause)
    hours = f", {words.whose_hours(clause)}" if clause.time != ELAPSED else ""
    return f"{shown.figure} {shown.unit}{hours}"


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges clocks by a limit other than their own, in today's working hours."""

    hours: Calendars
    now: datetime

    @classmethod
    def of(cls, program: Program) -> _Judge:
        return cls(calendars(program.pk), timezone.now())

    def way(self, clock: Ran, pair: _Pair) -> str | None:
        """BREAKS, MENDS, or "" for neither; None if it can't be computed."""
        was, becomes = self.keeps(clock, pair.older), self.keeps(clock, pair.newer)
        if was is None or becomes is None:
            return None
        if was == becomes:
            return ""
        return BREAKS if was else MENDS

    def keeps(self, clock: Ran, clause: SlaClause) -> bool | None:
        due = self.due(clock, clause)
        if due is None:
            return None
        done = clock.recorded_at or clock.met_at
        if done is not None:
            return done <= due
        # Broken and still not done: broken under this limit too, unless it is not due yet.
        return False if self.now > due else None

    def due(self, clock: Ran, clause: SlaClause) -> datetime | None:
        """None if nobody ever works."""
        if clause.time == ELAPSED:
            return clock.started_at + timedelta(minutes=clause.minutes)
        working = self.hours.of(
            clause.hours_of, team_id=clock.team_id, user_id=clock.owner_id, state=clock.state
        )
        try:
            return working.add(clock.started_at, clause.minutes)
        except NoWorkingTime:
            return None
