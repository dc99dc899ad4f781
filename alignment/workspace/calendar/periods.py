"""The days that a calendar shows, and the targets of "previous" and "next"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

MONTH, WEEK, TIMELINE = "month", "week", "timeline"
VIEWS = (MONTH, WEEK, TIMELINE)
TIMELINE_DAYS = 14
ONE_DAY = timedelta(days=1)
# Wide enough for any plan, and no address can overflow a date.
FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True, slots=True)
class Period:
    """`day` is the day asked for; the days shown are whole weeks from Monday on."""

    view: str
    day: date

    @property
    def first(self) -> date:
        start = self.day.replace(day=1) if self.view == MONTH else self.day
        return start - ONE_DAY * start.weekday()

    @property
    def length(self) -> int:
        if self.view == WEEK:
            return 7
        if self.view == TIMELINE:
            return TIMELINE_DAYS
        days = (_next_month(self.day) - self.first).days
        return -(-days // 7) * 7

    @property
    def days(self) -> list[date]:
        return [self.first + ONE_DAY * number for number in range(self.length)]

    @property
    def previous(self) -> date:
        if self.view == MONTH:
            return (self.day.replace(day=1) - ONE_DAY).replace(day=1)
        return self.first - ONE_DAY * self.length

    @property
    def next(self) -> date:
        if self.view == MONTH:
            return _next_month(self.day)
        return self.first + ONE_DAY * self.length

    def is_outside(self, day: date) -> bool:
        """Whether a month shows the day only to complete a week."""
        return self.view == MONTH and day.month != self.day.month

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """The first moment shown, and the first one no longer shown, in `zone`."""
        end = self.first + ONE_DAY * self.length
        return midnight(self.first, zone), midnight(end, zone)


def read_period(asked: Mapping[str, str], today: date) -> Period:
    """Invalid values mean the current month."""
    view = asked.get("view", MONTH)
    return Period(view if view in VIEWS else MONTH, read_day(asked.get("day", "")) or today)


def read_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def address(view: str, day: date, kept: Mapping[str, str]) -> str:
    """The query string of another period with the same filters."""
    return "?" + urlencode({"view": view, "day": day.isoformat(), **kept})


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + ONE_DAY * 4).replace(day=1)
