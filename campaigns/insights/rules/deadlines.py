"""Until when marketing has time: deadlines of requests, in business hours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alignment.sla.rules.hours import NoWorkingTime, WorkingTime


def end_of_day(working: WorkingTime, day: date) -> datetime:
    """Midnight after `day`, where those work who have to do it."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(working.zone))


def due_by(working: WorkingTime, asked: datetime, until: datetime) -> datetime:
    """The last moment of business up to `until`: asked for by Thursday, it is due when business
    ends on Thursday; asked for by Sunday, on Friday.

    Where nobody works between `asked` and `until` the clock counts: `until` itself.
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
