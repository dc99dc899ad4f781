"""Dates and times as exports write them, returned aware and in UTC.

A date without a zone is read in the program's zone. "3/4/2024" is March 4th, or 3 April with
``day_first``; when only one reading is possible it is used. With dots ("3.4.2024") the day always
comes first. Numbers are Excel serial days (1900 system) or Unix seconds and milliseconds.
"""

# ruff: noqa: DTZ001 - a cell without a zone gets one in parse_moment

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from alignment.imports.parsing.errors import unreadable

FIRST_YEAR, LAST_YEAR = 1990, 2100
LONGEST = 60

_EXCEL_EPOCH = datetime(1899, 12, 30)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv",
            "february feb février fevrier févr fevr fév fev",
            "march mar mars",
            "april apr avril avr",
            "may mai",
            "june jun juin",
            "july jul juillet juil",
            "august aug août aout",
            "september sep sept septembre",
            "october oct octobre",
            "november nov novembre",
            "december dec décembre decembre déc",
        ),
        start=1,
    )
    for name in names.split()
}
_NUMERIC = re.compile(r"(\d{1,4})([/.\-])(\d{1,2})\2(\d{2,4})(?:(?:,|\s|T)\s*(.+))?")
_TIME = re.compile(
    r"(\d{1,2})(?:[:hH](\d{2})?)(?::?(\d{2})(?:[.,]\d+)?)?\s*(am|pm|a\.m\.|p\.m\.)?"
    r"\s*(z|utc|gmt|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_DAY_MONTH = re.compile(
    r"(?:\w+\.?,\s*)?(\d{1,2})(?:st|nd|rd|th|er)?[\s-]+([^\W\d]+)\.?,?[\s-]+(\d{4}|\d{2})(?:,?\s+(?:at|à)?\s*(.+))?"
)
_MONTH_DAY = re.compile(
    r"(?:\w+\.?,\s*)?([^\W\d]+)\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(\d{4})(?:,?\s+(?:at)?\s*(.+))?"
)


def parse_moment(text: str, *, zone: tzinfo = UTC, day_first: bool = False) -> datetime:
    """The instant, aware and in UTC; ``zone`` is for times without one. Raises ``CellError``."""
    stripped = text.strip()
    try:
        moment = _read(stripped, day_first)
    except OverflowError:
        raise unreadable("date_range", text) from None
    except ValueError:
        raise unreadable("date", text) from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise unreadable("date_range", text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    moment = moment.astimezone(UTC)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise unreadable("date_range", text)
    return moment


def guess_day_first(samples: Iterable[str]) -> bool:
    """Whether a column puts the day before the month, judged by its unambiguous values."""
    day_first = month_first = 0
    for text in samples:
        stripped = text.strip()
        match = _NUMERIC.fullmatch(stripped) if len(stripped) <= LONGEST else None
        if match and len(match[1]) < 3:
            day_first += int(match[1]) > 12 >= int(match[3]) or match[2] == "."
            month_first += int(match[3]) > 12 >= int(match[1])
    return day_first > month_first


def _read(text: str, day_first: bool) -> datetime:
    if text[4:5] == "-" and text.isascii():
        try:
            return datetime.fromisoformat(text.replace(" UTC", "Z"))
        except ValueError:
            pass
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return _from_number(text)
    if len(text) > LONGEST:
        raise ValueError
    match = _NUMERIC.fullmatch(text)
    if match:
        return _with_time(*_numeric_date(match, day_first), match[5])
    folded = text.casefold()
    if (match := _DAY_MONTH.fullmatch(folded)) and match[2] in _MONTHS:
        return _with_time(_year(match[3]), _MONTHS[match[2]], int(match[1]), match[4])
    if (match := _MONTH_DAY.fullmatch(folded)) and match[1] in _MONTHS:
        return _with_time(_year(match[3]), _MONTHS[match[1]], int(match[2]), match[4])
    raise ValueError


def _from_number(text: str) -> datetime:
    if len(text) == 8 and text.isdigit():
        return datetime(int(text[:4]), int(text[4:6]), int(text[6:]))
    number = float(text)
    if number < 200_000:
        # Excel stores fractions of a day; whole seconds undo its rounding.
        return _EXCEL_EPOCH + timedelta(seconds=round(number * 86400))
    if 500_000_000 <= number < 5_000_000_000:
        return datetime.fromtimestamp(number, UTC)
    if 500_000_000_000 <= number < 5_000_000_000_000:
        return datetime.fromtimestamp(number / 1000, UTC)
    raise ValueError


def _numeric_date(match: re.Match[str], day_first: bool) -> tuple[int, int, int]:
    first, second, third = int(match[1]), int(match[3]), match[4]
    if len(match[1]) == 4:
        return first, second, int(third)
    if len(match[1]) == 3 or len(third) == 3:
        raise ValueError
    day_leads = match[2] == "." or (day_first and second <= 12) or first > 12
    month, day = (second, first) if day_leads else (first, second)
    return _year(third), month, day


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return 1900 + year if year >= FIRST_YEAR - 1900 else 2000 + year


def _with_time(year: int, month: int, day: int, time: str | None) -> datetime:
    if not time:
        return datetime(year, month, day)
    match = _TIME.fullmatch(time.strip())
    if not match:
        raise ValueError
    hour = int(match[1])
    if half := (match[4] or "").casefold():
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    moment = datetime(year, month, day, hour, int(match[2] or 0), int(match[3] or 0))
    if zone := (match[5] or "").casefold():
        offset = "+00:00" if zone in ("z", "utc", "gmt") else zone
        moment = datetime.fromisoformat(moment.isoformat() + offset)
    return moment
