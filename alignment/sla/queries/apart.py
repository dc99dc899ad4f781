"""The difference between two contracts: clocks of the last 30 days that they judge differently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Lead
from alignment.agreements.models import Version
from alignment.people.models import Program

from .. import words
from ..models import Clock
from ..rules.contract import ELAPSED, Contract, SlaClause, parse_contract
from ..rules.hours import NoWorkingTime
from .contract import LOOKED_BACK
from .hours import Calendars, calendars

# Reading this many takes about half a second.
MOST_CLOCKS = 20_000
PAGE = 50
BREAKS, MENDS = "breaks", "mends"


@dataclass(frozen=True, slots=True)
class Ran:
    """An ended clock, with what is needed to judge it by another limit."""

    pk: int
    clause: str
    lead_id: int
    started_at: datetime
    met_at: datetime | None
    owner_id: int | None
    team_id: int | None
    # The prospect's state.
    state: str | None


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
class Apart:
    """`others`: promises that differ in a way past clocks say nothing about."""

    shifts: list[Shift]
    others: list[str]
    looked_at: int
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Crossed:
    """A clock that the two contracts judge differently."""

    lead: Lead
    started_at: datetime
    met_at: datetime | None
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


def apart(*, older: Version, newer: Version) -> Apart:
    """Looks at the newest `MOST_CLOCKS` at most; writes nothing."""
    before, after = parse_contract(older.content), parse_contract(newer.content)
    pairs = _comparable(before, after)
    ran = _ran(older.program, pairs)
    judge = _Judge.of(older.program)
    shifts = [
        _shift(pair, [clock for clock in ran if clock.clause == key], judge)
        for key, pair in pairs.items()
    ]
    return Apart(shifts, _others(before, after, pairs), len(ran), len(ran) == MOST_CLOCKS)


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
            yield Crossed(leads[clock.lead_id], clock.started_at, clock.met_at, was, becomes)


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
        ended_at__gte=Now() - LOOKED_BACK,
        clause__in=list(pairs),
        state__in=[Clock.State.KEPT, Clock.State.BROKEN],
    )
    clock = ("pk", "clause", "lead_id", "started_at", "met_at", "owner_id", "team_id")
    names = (*clock, "lead__account__state")
    return [
        Ran(*row) for row in rows.order_by("-ended_at", "-pk").values_list(*names)[:MOST_CLOCKS]
    ]


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
        if clock.met_at is not None:
            return clock.met_at <= due
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
