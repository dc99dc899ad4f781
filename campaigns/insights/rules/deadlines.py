"""Deadlines of requests to marketing, in business hours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alignment.sla.rules.hours import NoWorkingTime, WorkingTime


def end_of_day(working: WorkingTime, day: date) -> datetime:
    """Midnight after `day`, in the time zone of those who deliver."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(working.zone))


def due_by(working: WorkingTime, asked: datetime, until: datetime) -> datetime:
    """The last business moment up to `until`: a request for Thursday is due at the end of business
    on Thursday, one for Sunday on Friday.

    If nobody works between `asked` and `until`, the deadline is `until` itself.
    """
    due = until
    try:
        for begin, end in working.spans_from(asked):
            if begin >= until:
                break
            due = min(end, until)
    except NoWorkingTime:
        return until
    return due
