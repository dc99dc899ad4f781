"""When a weekly briefing is due on the wall clock of a program: values in, values out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)
# A briefing looks back to the one before, but not over a pause longer than that.
FURTHEST_BACK = timedelta(days=35)
# How many weeks before the period its numbers are compared with.
WEEKS_BEFORE = 4


def moment_of(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """That hour of that day there, in UTC. An hour that a clock change skips comes an hour later
    on the wall, one that comes twice is the first of both."""
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)


def next_moment(after: datetime, *, weekday: int, hour: int, zone: ZoneInfo) -> datetime:
    """The first moment of the rhythm later than `after`. `weekday` is 0 for Monday."""
    here = after.astimezone(zone).date()
    day = here + timedelta(days=(weekday - here.weekday()) % 7)
    moment = moment_of(day, hour, zone)
    return moment if moment > after else moment_of(day + WEEK, hour, zone)


def last_moment(now: datetime, *, weekday: int, hour: int, zone: ZoneInfo) -> datetime:
    """The last moment of the rhythm that is not later than `now`."""
    coming = next_moment(now, weekday=weekday, hour=hour, zone=zone)
    return moment_of(coming.astimezone(zone).date() - WEEK, hour, zone)


def week_of(moment: datetime, zone: ZoneInfo) -> date:
    """The Monday of the calendar week there: it names a briefing."""
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def weeks_before(start: datetime, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The four weeks before a moment, the nearest first; each is from inclusive, until exclusive.
    A week is seven days on the wall clock, an hour more or less where the clock changes."""
    ends = [_days_earlier(start, 7 * number, zone) for number in range(WEEKS_BEFORE + 1)]
    return [(ends[number + 1], ends[number]) for number in range(WEEKS_BEFORE)]


def furthest_back(start: datetime, zone: ZoneInfo) -> datetime:
    """From when on a conversation that is accepted only now is still told in a period that begins
    at `start`; older ones are history."""
    return weeks_before(start, zone)[-1][0]


def begins_at(end: datetime, former_end: datetime | None, zone: ZoneInfo) -> datetime:
    """Where the period of a briefing begins: where the one before ended, so that nothing is told
    twice or lost; a week back where there is none, five weeks back at most."""
    if former_end is None:
        return _days_earlier(end, 7, zone)
    return max(former_end, end - FURTHEST_BACK)


def _days_earlier(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    here = moment.astimezone(zone)
    return (here.replace(tzinfo=None) - timedelta(days=days)).replace(tzinfo=zone).astimezone(UTC)
