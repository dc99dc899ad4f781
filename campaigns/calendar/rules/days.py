"""A prospect's business days: Monday to Friday without holidays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)

IsDayOff = Callable[[date], bool]


def opening_day(day: date, is_day_off: IsDayOff) -> date:
    """That day, or the first business day after it."""
    while day.weekday() >= 5 or is_day_off(day):
        day += ONE_DAY
    return day


def business_day(first: date, after: int, is_day_off: IsDayOff) -> date:
    """The business day `after` business days after `first`, or after the first business day from
    `first`."""
    day = opening_day(first, is_day_off)
    for _number in range(after):
        day = opening_day(day + ONE_DAY, is_day_off)
    return day


def business_days_between(earlier: date, later: date, is_day_off: IsDayOff) -> int:
    """The number of business days after `earlier` up to `later`; 0 if `later` is not later."""
    days = (earlier + ONE_DAY * n for n in range(1, (later - earlier).days + 1))
    return sum(day.weekday() < 5 and not is_day_off(day) for day in days)


def slipped(starts: datetime, days: int, zone: ZoneInfo, is_day_off: IsDayOff) -> datetime:
    """The same local time of the prospect, `days` business days later; in UTC."""
    local = starts.astimezone(zone)
    day = business_day(local.date(), days, is_day_off)
    return datetime.combine(day, local.time(), zone).astimezone(UTC)
