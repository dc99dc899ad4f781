"""Working days for planning, whatever day the tests run: weeks of five working days."""

from datetime import date, timedelta

from alignment.sla.rules.hours import FEDERAL, holidays_of

WEEK = timedelta(weeks=1)


def worked_monday(weeks: int, today: date) -> date:
    """The Monday of the nth week ahead (or back, if negative), skipping weeks with a holiday."""
    step = WEEK if weeks > 0 else -WEEK
    monday = today - timedelta(days=today.weekday())
    for _week in range(abs(weeks)):
        monday += step
        while not _is_worked(monday):
            monday += step
    return monday


def _is_worked(monday: date) -> bool:
    days = [monday + timedelta(days=n) for n in range(5)]
    return not any(day in holidays_of(FEDERAL, day.year) for day in days)
