"""The terms of the dashboard: definition, period, slice, measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Smaller samples say more about chance than about the teams; definitions may require more.
LEAST_SAMPLE = 10


class Unit(StrEnum):
    """Shares are 0 to 1, times in seconds, amounts in US dollars."""

    SHARE = "share"
    SECONDS = "seconds"
    DAYS = "days"
    DOLLARS = "dollars"
    COUNT = "count"


class Better(StrEnum):
    UP = "up"
    DOWN = "down"


class Statistic(StrEnum):
    """How rows become one figure. A share counts rows; the others use their values. A ratio divides
    the sum of the values by the number of `counted` rows."""

    SHARE = "share"
    MEDIAN = "median"
    MEAN = "mean"
    P90 = "p90"
    SUM = "sum"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Definition:
    """The definition of a metric, in words that are shown beside it.

    `target` is in the metric's unit. `short` is the name for places where the family is shown
    anyway. `is_strict`: the target itself does not meet it ("over 40 %", "under 1 h"). Metrics of
    one `family` share a tile. `least` is the sample below which there is "not enough data".
    """

    key: str
    name: _StrPromise | str
    text: _StrPromise | str
    unit: Unit
    statistic: Statistic
    better: Better
    family: str
    target: float | None = None
    is_strict: bool = True
    least: int = LEAST_SAMPLE
    short: _StrPromise | str = ""

    def meets(self, value: float | None) -> bool | None:
        """None if there is no target or no value."""
        if self.target is None or value is None:
            return None
        if value == self.target:
            return not self.is_strict
        return (value > self.target) == (self.better == Better.UP)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in the program's zone, both included. `since` and `until` are UTC, half-open.

    A day has 23 to 25 hours when clocks change.
    """

    first: date
    last: date
    zone: str

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends before it begins")

    @property
    def since(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        return _midnight(self.last + timedelta(days=1), self.zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> Period:
        """The same number of days, just before."""
        length = timedelta(days=self.days)
        return Period(self.first - length, self.last - length, self.zone)

    def as_old_as(self, other: Period, now: datetime) -> datetime:
        """The moment at which this period was as old as the other one is at `now`."""
        return self.since + (now - other.since)


def _midnight(day: date, zone: str) -> datetime:
    """The first moment of the day; if clocks skip midnight, the first that exists."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Slice:
    """Which rows count; None means all.

    `segment` is a NAICS sector ("51", "31-33"), `tier` the account's tier on the target list today
    ("1", "2", "3", "none"), `team` the current team of the row's owner.
    """

    team: int | None = None
    segment: str | None = None
    tier: str | None = None
    source: str | None = None

    @property
    def is_all(self) -> bool:
        return self == Slice()


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure and its basis. `low` and `high` bound its 95 % interval.

    `sample`: rows it is computed from. `denominator`: rows looked at (for shares, the same).
    `value` is None without data, and the interval is missing if none would be valid.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    sample: int
    low: float | None = None
    high: float | None = None
    least: int = LEAST_SAMPLE

    @property
    def enough(self) -> bool:
        return self.value is not None and self.sample >= self.least

    @property
    def missing(self) -> int:
        """How many more rows are needed for a large enough sample."""
        return max(self.least - self.sample, 0)
