"""Federal holidays of the United States (5 U.S.C. 6103), when prospects are not at work."""

from datetime import date
from functools import cache

from alignment.sla.rules.hours import FEDERAL, holidays_of


def is_day_off(day: date) -> bool:
    return day in days_off(day.year)


@cache
def days_off(year: int) -> dict[date, str]:
    """With their names in English."""
    return holidays_of(FEDERAL, year)
