"""When a weekly briefing is due in the local time of a program."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)
# A briefing starts where the previous one ended, but goes back at most this far.
FURTHEST_BACK = timedelta(days=35)
# The number of weeks before the period that its numbers are compared with.
WEEKS_BEFORE = 4


def moment_of(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """That local hour of that day, in UTC. An hour that a clock change skips becomes the next one;
    of an hour that occurs twice, the first counts.
    """
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)


def next_moment(after: datetime, *, weekday: int, hour: int, zone: ZoneInfo) -> datetime:
    """The first moment of the rhythm after `after`. `weekday` is 0 for Monday."""
    here = after.astimezone(zone).date()
    day = here + timedelta(days=(weekday - here.weekday()) % 7)
    moment = moment_of(day, hour, zone)
    return moment if moment > after else moment_of(day + WEEK, hour, zone)


def last_moment(now: datetime, *, weekday: int, hour: int, zone: ZoneInfo) -> datetime:
    """The last moment of the rhythm up to `now`, inclusive."""
    coming = next_moment(now, weekday=weekday, hour=hour, zone=zone)
    return moment_of(coming.astimezone(zone).date() - WEEK, hour, zone)


def week_of(moment: datetime, zone: ZoneInfo) -> date:
    """The Monday of the local calendar week, by which a briefing is named."""
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def weeks_before(start: datetime, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The four weeks before a moment, the latest first; each from inclusive to exclusive. A week is
    seven days in local time, so an hour more or less at a clock change.
    """
    ends = [_days_earlier(start, 7 * number, zone) for number in range(WEEKS_BEFORE + 1)]
    return [(ends[number + 1], ends[number]) for number in range(WEEKS_BEFORE)]


def furthest_back(start: datetime, zone: ZoneInfo) -> datetime:
    """The earliest time of a conversation that, if accepted late, still appears in the briefing of
    a period that begins at `start`.
    """
    return weeks_before(start, zone)[-1][0]


def begins_at(end: datetime, former_end: datetime | None, zone: ZoneInfo) -> datetime:
    """The start of a briefing's period: the end of the previous one, so that nothing is repeated or
    lost; a week back if there is none, five weeks back at most.
    """
    if former_end is None:
        return _days_earlier(end, 7, zone)
    return max(former_end, end - FURTHEST_BACK)


def _days_earlier(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    here = moment.astimezone(zone)
    return (here.replace(tzinfo=None) - timedelta(days=days)).replace(tzinfo=zone).astimezone(UTC)
