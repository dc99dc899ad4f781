"""Layouts of the calendar: a month of days, a week of hours, accounts against days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo
from typing import TYPE_CHECKING

from django.db.models.functions import Lower
from django.utils.formats import get_format, time_format

from accounts.models import Account
from alignment.sla.rules.sums import holiday_in_words
from campaigns.calendar.days_off import days_off
from campaigns.calendar.models import Touch
from campaigns.calendar.queries.conflict_context import zone_of
from campaigns.calendar.queries.open_conflicts import open_conflicts
from campaigns.calendar.queries.pages import MOST_SHOWN, place_of, touches_between
from campaigns.selection.models import Target
from campaigns.selection.queries.targets import open_targets

from .periods import TIMELINE, WEEK, Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Program
    from campaigns.calendar.rules.conflicts import Conflict

# Touches shown in a cell of a month or timeline before "and more".
IN_A_CELL = 4
MOST_ROWS = 100
# Hours that a week always shows, in the reader's time zone.
FIRST_HOUR, LAST_HOUR = 8, 18


@dataclass(frozen=True, slots=True)
class Chip:
    """A touch in a cell. `at` is in the reader's time zone, `theirs` in the prospect's (None if
    that is unknown or shows the same time). `planned` is the planned time, if the touch was done at
    another one.
    """

    touch: Touch
    at: datetime
    planned: datetime | None
    theirs: datetime | None
    people: list[str]
    collides: bool
    is_hard: bool
    is_late: bool


@dataclass(slots=True)
class Day:
    """A day in the reader's time zone; `holiday` is a US holiday."""

    date: date
    is_today: bool
    is_outside: bool
    holiday: str
    chips: list[Chip] = field(default_factory=list)

    @property
    def first(self) -> list[Chip]:
        # A single further touch takes no more room than "1 more".
        return self.chips if len(self.chips) <= IN_A_CELL + 1 else self.chips[:IN_A_CELL]

    @property
    def more(self) -> int:
        return len(self.chips) - len(self.first)


@dataclass(frozen=True, slots=True)
class Hour:
    """A row of a week: for each day, the chips that begin in this hour."""

    hour: int
    label: str
    cells: list[tuple[Day, list[Chip]]]
    # The minutes that have passed of the current hour, in quarters; None in the others.
    now: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """An account of the timeline, with its chips by day."""

    account: Account
    tier: int | None
    cells: list[tuple[Day, list[Chip]]]


@dataclass(frozen=True, slots=True)
class Board:
    """The data of the page; `is_cut` says that the period has more touches than are shown."""

    period: Period
    days: list[Day]
    hours: list[Hour]
    rows: list[Row]
    total: int
    colliding: int
    is_cut: bool

    @property
    def weeks(self) -> list[list[Day]]:
        return [self.days[start : start + 7] for start in range(0, len(self.days), 7)]


def board_of(
    program: Program,
    rows: ScopedQuerySet[Touch],
    period: Period,
    *,
    zone: tzinfo,
    now: datetime,
    all_targets: bool = True,
) -> Board:
    """A bounded number of statements for any number of touches. `zone` is the reader's.

    A timeline also has a row for every target account, unless `all_targets` is false.
    """
    start, end = period.bounds(zone)
    touches = touches_between(program, rows, start, end)
    chips = chips_of(program, touches, zone=zone, now=now)
    here = now.astimezone(zone)
    days = _days(period, here.date())
    by_day = {day.date: day for day in days}
    for chip in chips:
        # A touch that began earlier and still lasts appears on the first day shown.
        by_day[max(chip.at.date(), period.first)].chips.append(chip)
    targets: list[Target] = []
    if period.view == TIMELINE:
        touched = None if all_targets else {chip.touch.account_id for chip in chips}
        targets = _targets(program, touched)
    return Board(
        period=period,
        days=days,
        hours=_hours(days, here) if period.view == WEEK else [],
        rows=_rows(days, targets) if period.view == TIMELINE else [],
        total=len(chips),
        colliding=sum(chip.collides for chip in chips),
        is_cut=len(touches) >= MOST_SHOWN,
    )


def chips_of(
    program: Program, touches: Sequence[Touch], *, zone: tzinfo, now: datetime
) -> list[Chip]:
    """With the conflicts of future touches only, since past ones cannot be changed."""
    ahead = [touch for touch in touches if touch.ends_at > now]
    met = open_conflicts(program, ahead, now)
    return [_chip(touch, met.get(touch.pk, ()), zone, now) for touch in touches]


def holiday(day: date) -> str:
    name = days_off(day.year).get(day, "")
    return holiday_in_words(name) if name else ""


def prospects_clock(touch: Touch, at: datetime) -> datetime | None:
    """The moment in the time zone of the account's state, if that shows another time."""
    zone = zone_of(touch.account)
    theirs = at.astimezone(zone) if zone else None
    return theirs if theirs and theirs.utcoffset() != at.utcoffset() else None


def _chip(touch: Touch, met: Iterable[Conflict], zone: tzinfo, now: datetime) -> Chip:
    place = place_of(touch)
    at = place.astimezone(zone)
    return Chip(
        touch=touch,
        at=at,
        planned=None if place == touch.starts_at else touch.starts_at.astimezone(zone),
        theirs=prospects_clock(touch, at),
        people=[str(row.stakeholder) for row in touch.people.all()],
        collides=bool(met),
        is_hard=any(conflict.is_hard for conflict in met),
        is_late=touch.state == Touch.State.PLANNED and touch.ends_at <= now,
    )


def _days(period: Period, today: date) -> list[Day]:
    return [Day(day, day == today, period.is_outside(day), holiday(day)) for day in period.days]


def _hours(days: Sequence[Day], now: datetime) -> list[Hour]:
    """The usual hours, extended to the earliest and latest start of a touch. Each hour is a drop
    target.
    """
    used = {chip.at.hour for day in days for chip in day.chips} | {FIRST_HOUR, LAST_HOUR}
    found = []
    for hour in range(min(used), max(used) + 1):
        cells = [(day, [c for c in day.chips if c.at.hour == hour]) for day in days]
        label = time_format(time(hour), get_format("TIME_FORMAT"))
        quarter = now.minute // 15 * 15 if hour == now.hour else None
        found.append(Hour(hour, label, cells, quarter))
    return found


def _targets(program: Program, only: Iterable[int] | None) -> list[Target]:
    """The targets among the accounts `only` (ids), or all; by tier."""
    rows = open_targets(program).select_related("account")
    if only is not None:
        rows = rows.filter(account__in=only)
    return list(rows.order_by("tier", Lower("account__name"), "pk")[:MOST_ROWS])


def _rows(days: Sequence[Day], targets: Sequence[Target]) -> list[Row]:
    """The target accounts by tier, then other accounts with touches, by name."""
    tiers: dict[int, int] = {target.account_id: target.tier for target in targets}
    accounts = {target.account_id: target.account for target in targets}
    by_place: defaultdict[tuple[int, date], list[Chip]] = defaultdict(list)
    for day in days:
        for chip in day.chips:
            by_place[chip.touch.account_id, day.date].append(chip)
            accounts.setdefault(chip.touch.account_id, chip.touch.account)
    ordered = sorted(accounts.values(), key=lambda a: (tiers.get(a.pk, 9), a.name.casefold(), a.pk))
    return [
        Row(
            account,
            tiers.get(account.pk),
            [(day, by_place.get((account.pk, day.date), [])) for day in days],
        )
        for account in ordered[:MOST_ROWS]
    ]
