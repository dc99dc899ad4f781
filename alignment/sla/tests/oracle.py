"""A brute-force oracle of working time: checks the wall clock minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import holidays
from hypothesis import strategies as st

from alignment.sla.rules.hours import DaysOff, Week, WorkingTime

MINUTE = timedelta(minutes=1)
TERRITORIES = {"US", "PR", "VI", "GU", "AS", "MP", "UM"}
STATES = ("", "federal", "CA", "TX", "NY", "HI", "MA", "LA")
YEARS = (2024, 2025, 2026, 2027, 2028)


def us_zones() -> list[str]:
    """Every zone in the tz database for the United States and its territories."""
    lines = files("tzdata").joinpath("zoneinfo/zone.tab").read_text().splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return sorted(row[2] for row in rows if row[0] in TERRITORIES)


ZONES = us_zones()


class Oracle:
    """Knows only whether somebody works at a given minute."""

    def __init__(self, time: WorkingTime) -> None:
        self.time, self.zone = time, ZoneInfo(time.zone)
        kind = time.holidays
        state = None if kind in ("", "federal") else kind
        self.holidays = (
            holidays.country_holidays("US", subdiv=state, years=range(2023, 2031)) if kind else {}
        )

    def works(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        day, minute = local.date(), local.hour * 60 + local.minute
        if day in self.holidays or any(off.first <= day <= off.last for off in self.time.off):
            return False
        return any(start <= minute < end for start, end in self.time.week[day.weekday()])

    def add(self, start: datetime, seconds: float, *, within: timedelta) -> datetime | None:
        """The moment at which the seconds are used up; None if not `within` that time."""
        at, left = start.astimezone(UTC), timedelta(seconds=seconds)
        while at - start < within:
            end = at.replace(second=0, microsecond=0) + MINUTE
            if self.works(at):
                if left <= end - at:
                    return at + left
                left -= end - at
            at = end
        return None

    def between(self, first: datetime, last: datetime) -> float:
        at, total = first.astimezone(UTC), timedelta()
        while at < last:
            end = min(at.replace(second=0, microsecond=0) + MINUTE, last)
            if self.works(at):
                total += end - at
            at = end
        return total.total_seconds()


def changes(zone: str) -> list[datetime]:
    """The moments at which the zone's offset changes, to the hour."""
    info, found = ZoneInfo(zone), []
    at = datetime(YEARS[0], 1, 1, tzinfo=UTC)
    while at.year <= YEARS[-1]:
        later = at + timedelta(days=1)
        if at.astimezone(info).utcoffset() != later.astimezone(info).utcoffset():
            found.append(at + timedelta(hours=12))
        at = later
    return found


@st.composite
def ranges(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Up to three shifts a day, some at night, when clocks change, and some until midnight."""
    edges = st.one_of(
        st.integers(0, 1440), st.integers(0, 240), st.sampled_from([0, 60, 120, 1440])
    )
    cuts = sorted(draw(st.sets(edges, min_size=0, max_size=6)))
    return tuple(zip(cuts[::2], cuts[1::2], strict=False))


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    usual = draw(ranges())
    return tuple(draw(st.one_of(st.just(usual), ranges())) for _day in range(7))


@st.composite
def cases(draw: st.DrawFn) -> tuple[WorkingTime, datetime, int]:
    """A calendar, a start near its difficult moments, and minutes."""
    zone = draw(st.sampled_from(ZONES))
    anchors = [*changes(zone), datetime(2026, 9, 4, 20, 40, tzinfo=UTC), *_eves()]
    anchor = draw(st.sampled_from(anchors))
    start = anchor + timedelta(seconds=draw(st.integers(-3 * 86_400, 3 * 86_400)))
    start += timedelta(microseconds=draw(st.sampled_from([0, 0, 1, 500_000, 999_999])))
    off = tuple(_days_off(draw, start.date()) for _ in range(draw(st.integers(0, 3))))
    time = WorkingTime(zone, draw(weeks()), draw(st.sampled_from(STATES)), off)
    return time, start, draw(st.one_of(st.integers(1, 90), st.integers(1, 2_000)))


def _eves() -> Iterator[datetime]:
    """The ends of years, where the library's holiday lists end, and Thanksgiving."""
    for year in YEARS[1:]:
        yield datetime(year, 1, 1, tzinfo=UTC)
        yield datetime(year, 11, 26, 12, tzinfo=UTC)


def _days_off(draw: st.DrawFn, near: date) -> DaysOff:
    first = near + timedelta(days=draw(st.integers(-3, 6)))
    return DaysOff(
        first,
        first + timedelta(days=draw(st.integers(0, 3))),
        draw(st.sampled_from(["closure", "leave"])),
        "Away",
    )
