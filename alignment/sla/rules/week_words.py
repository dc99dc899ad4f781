"""A week as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as in_words
from django.utils.dateformat import time_format
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .hours import MINUTES_A_DAY, Ranges, Week

# A Monday, to name the days by.
_MONDAY = date(2024, 1, 1)


def day_name(weekday: int, *, short: bool = True) -> str:
    """Monday is 0."""
    return str(in_words(_MONDAY + timedelta(days=weekday), "D" if short else "l"))


def days_in_words(first: int, last: int) -> str:
    """ "Mon" or "Mon–Fri"."""
    return day_name(first) if first == last else f"{day_name(first)}–{day_name(last)}"


def clock_in_words(minute: int) -> str:
    """Minutes after midnight as a time of day; 24:00 is shown as midnight."""
    hour, rest = divmod(minute % MINUTES_A_DAY, 60)
    return str(time_format(time(hour, rest), get_format("TIME_FORMAT")))


def ranges_in_words(ranges: Ranges) -> str:
    """ "9:00 AM–12:00 PM, 1:00 PM–6:00 PM"; an empty day is closed."""
    if ranges == ((0, MINUTES_A_DAY),):
        return _("day and night")
    said = [f"{clock_in_words(start)}–{clock_in_words(end)}" for start, end in ranges]
    return ", ".join(said) or pgettext("a day", "closed")


def week_in_words(week: Week) -> list[tuple[str, str]]:
    """(days, hours), with consecutive days of the same hours merged."""
    return [
        (days_in_words(first, last), ranges_in_words(week[first]))
        for first, last in runs([week[day] for day in range(7)])
    ]


def runs(values: Sequence[object]) -> list[tuple[int, int]]:
    """First and last index of each stretch of equal values."""
    found: list[tuple[int, int]] = []
    for i, value in enumerate(values):
        if found and values[found[-1][0]] == value:
            found[-1] = (found[-1][0], i)
        else:
            found.append((i, i))
    return found


def ahead(zone: str, of: str, now: datetime) -> int:
    """Minutes by which clocks in `zone` are ahead of those in `of` today."""
    here, there = now.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(of))
    difference = (here.utcoffset() or timedelta()) - (there.utcoffset() or timedelta())
    return int(difference.total_seconds()) // 60
