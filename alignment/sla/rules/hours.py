"""Business time: when somebody works, how long, and when a promise is due.

Weekly wall clock ranges, holidays, closures and leave become a sorted list of working spans with
prefix sums, so a deadline is found by bisection. A wall clock range covers all moments whose wall
clock lies in it: the hour skipped when daylight saving starts doesn't count, the hour repeated when
it ends counts twice. Moments are aware datetimes; answers are in UTC, exact to a microsecond.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import holidays as holiday_library

DAY = 86_400
MINUTES_A_DAY = 1_440
# How far ahead a deadline is searched; the longest promise is 60 days of 24 hours.
HORIZON_YEARS = 3
HORIZON_S = HORIZON_YEARS * 365 * DAY
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()

# Minutes after midnight, wall clock, [start, end), per weekday from Monday.
Ranges = tuple[tuple[int, int], ...]
Week = tuple[Ranges, ...]

USUAL_DAY: Ranges = ((9 * 60, 17 * 60),)
USUAL_WEEK: Week = (USUAL_DAY,) * 5 + ((), ())

NO_HOLIDAYS, FEDERAL = "", "federal"
HOLIDAY, CLOSURE, LEAVE, NOT_WORKED = "holiday", "closure", "leave", "week"


class NoWorkingTime(LookupError):
    """Nobody works enough within `HORIZON_YEARS` to reach this deadline."""


class InvalidWeek(ValueError):
    """Not a valid week. The message is for programmers; forms have their own for people."""


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Whole days in the calendar's zone, both included. `why` is CLOSURE or LEAVE."""

    first: date
    last: date
    why: str = CLOSURE
    name: str = ""


@dataclass(frozen=True, slots=True)
class Spans:
    """Working spans of whole years: `ends[i]` belongs to `starts[i]` (seconds since 1970),
    `done[i]` is the working time in seconds up to `ends[i]`."""

    first_year: int
    last_year: int
    low: float
    high: float
    starts: list[float]
    ends: list[float]
    done: list[float]


@dataclass(frozen=True)
class WorkingTime:
    """When a team or a person works. Calendars compare and hash by value.

    `holidays` is NO_HOLIDAYS, FEDERAL or the code of a US state.
    """

    zone: str
    week: Week = USUAL_WEEK
    holidays: str = FEDERAL
    off: tuple[DaysOff, ...] = ()
    _known: list[Spans] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_week(self.week)

    def add(self, start: datetime, minutes: float) -> datetime:
        """The moment when `minutes` of working time have passed since `start`.

        A deadline that falls on the end of a span is that end, not the next start. Raises
        `NoWorkingTime`.
        """
        if minutes <= 0:
            return _zero(start, minutes)
        moment = start.timestamp()
        known = self._known
        spans = known[0] if known else self._spans(moment, moment)
        if not spans.low <= moment < spans.high:
            spans = self._spans(moment, moment)
        target = _worked(spans, moment) + minutes * 60
        found = bisect_left(spans.done, target)
        if found == len(spans.done):
            spans = self._wide(moment)
            target = _worked(spans, moment) + minutes * 60
            found = bisect_left(spans.done, target)
            if found == len(spans.done):
                raise NoWorkingTime(self.zone)
        due = spans.ends[found] - (spans.done[found] - target)
        if due - moment > HORIZON_S:
            raise NoWorkingTime(self.zone)
        return _EPOCH + timedelta(0, due)

    def between(self, first: datetime, last: datetime) -> float:
        """Seconds of working time from `first` to `last`; negative when `last` is the earlier."""
        a, b = first.timestamp(), last.timestamp()
        return self.between_many(min(a, b), max(a, b))(a, b)

    def between_many(self, low: float, high: float) -> Callable[[float, float], float]:
        """A fast `between` for very many moments (seconds since 1970), all from `low` to `high`."""
        spans = self._spans(low, high)

        def seconds(first: float, last: float) -> float:
            return _worked(spans, last) - _worked(spans, first)

        return seconds

    def is_open(self, moment: datetime) -> bool:
        at = moment.timestamp()
        spans = self._spans(at, at)
        i = bisect_right(spans.starts, at) - 1
        return i >= 0 and at < spans.ends[i]

    def spans_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working spans from `moment` on, the first cut to begin there; endless.

        Raises `NoWorkingTime` if the next one is more than `HORIZON_YEARS` ahead.
        """
        at = moment.timestamp()
        while True:
            spans = self._spans(at, at)
            i = bisect_right(spans.ends, at)
            if i == len(spans.ends):
                spans = self._wide(at)
                i = bisect_right(spans.ends, at)
            if i == len(spans.ends) or spans.starts[i] - at > HORIZON_S:
                raise NoWorkingTime(self.zone)
            begin, end = max(spans.starts[i], at), spans.ends[i]
            yield _moment(begin), _moment(end)
            at = end

    def worked(
        self, first: datetime, last: datetime, *, most: int
    ) -> tuple[list[tuple[datetime, datetime]], int, float]:
        """Working spans between two moments, the outer ones cut there. If there are more than
        `most`, only the first two and the last, with the number and the seconds of those left
        out."""
        a, b = first.timestamp(), last.timestamp()
        spans = self._spans(a, b)
        start, stop = bisect_right(spans.ends, a), bisect_left(spans.ends, b) + 1
        shown, left_out, seconds = list(range(start, stop)), 0, 0.0
        if len(shown) > most:
            shown, left_out = [start, start + 1, stop - 1], stop - start - 3
            seconds = spans.done[stop - 2] - spans.done[start + 1]
        cut = [(_moment(max(spans.starts[i], a)), _moment(min(spans.ends[i], b))) for i in shown]
        return cut, left_out, seconds

    def reason_off(self, day: date) -> tuple[str, str] | None:
        """Why nobody works that day, and its name: ("holiday", "Labor Day"); None if it is worked.

        A day without hours in the week is NOT_WORKED, whatever else it is.
        """
        if not self.week[day.weekday()]:
            return NOT_WORKED, ""
        for days in self.off:
            if days.first <= day <= days.last:
                return days.why, days.name
        name = holidays_of(self.holidays, day.year).get(day)
        return (HOLIDAY, name) if name else None

    def _wide(self, moment: float) -> Spans:
        return self._spans(moment, moment + HORIZON_S)

    def _spans(self, low: float, high: float) -> Spans:
        """Spans that cover at least `low` to `high`; built by whole years, and cached."""
        known = self._known[0] if self._known else None
        if known and known.low <= low and high < known.high:
            return known
        first, last = _year(low), _year(high)
        if known:
            first, last = min(first, known.first_year), max(last, known.last_year)
        spans = _build(self, first, last)
        # A single assignment, so racing threads can only overwrite one correct value with another.
        self._known[:] = [spans]
        return spans


def check_week(week: Week) -> None:
    """Raise `InvalidWeek` unless there are seven days of ranges in order, apart, within a day.

    Minutes are whole numbers: pages make wall clock times of them.
    """
    if len(week) != 7:
        raise InvalidWeek("a week has seven days")
    for ranges in week:
        last = -1
        for start, end in ranges:
            if type(start) is not int or type(end) is not int:
                raise InvalidWeek(f"{start!r}-{end!r} are not whole minutes")
            if not 0 <= start < end <= MINUTES_A_DAY or start <= last:
                raise InvalidWeek(f"{start}-{end} is out of order")
            last = end


@lru_cache(maxsize=512)
def holidays_of(kind: str, year: int) -> dict[date, str]:
    """Days on which offices close, by the `holidays` library, with English names.

    Federal: 5 U.S.C. 6103; a holiday on a weekend is observed on the nearest weekday.
    """
    if kind == NO_HOLIDAYS:
        return {}
    subdivision = None if kind == FEDERAL else kind
    # A New Year's Day on Saturday is observed in the year before, and listed there.
    return dict(holiday_library.country_holidays("US", subdiv=subdivision, years=year))


def _worked(spans: Spans, moment: float) -> float:
    at = bisect_right(spans.starts, moment) - 1
    if at < 0:
        return 0.0
    left = spans.ends[at] - moment
    return spans.done[at] - left if left > 0 else spans.done[at]


def _moment(seconds: float) -> datetime:
    """Like `datetime.fromtimestamp` in UTC, to the microsecond, in a third of the time."""
    return _EPOCH + timedelta(0, seconds)


def _zero(start: datetime, minutes: float) -> datetime:
    if minutes < 0:
        raise ValueError("a deadline lies ahead")
    return start.astimezone(UTC)


def _year(moment: float) -> int:
    return datetime.fromtimestamp(moment, UTC).year


def _build(time: WorkingTime, first_year: int, last_year: int) -> Spans:
    """Working spans of these UTC years, plus two days on each side."""
    first = date(first_year, 1, 1).toordinal() - _EPOCH_DAY
    last = date(last_year + 1, 1, 1).toordinal() - _EPOCH_DAY
    segments = _offsets(ZoneInfo(time.zone), (first - 4) * DAY, (last + 4) * DAY)
    spans = sorted(_pieces(time, first - 2, last + 2, segments))
    # Floats hold these whole numbers exactly, so that bisection compares equal types.
    starts: list[float] = []
    ends: list[float] = []
    for start, end in spans:
        if ends and ends[-1] == start:
            ends[-1] = float(end)
        else:
            starts.append(float(start))
            ends.append(float(end))
    done = list(accumulate(end - start for start, end in zip(starts, ends, strict=True)))
    return Spans(first_year, last_year, first * DAY, last * DAY, starts, ends, done)


def _pieces(
    time: WorkingTime, first: int, last: int, segments: list[tuple[int, int, int]]
) -> Iterator[tuple[int, int]]:
    """Each range of each worked day, cut where the offset from UTC changes."""
    closed = _closed_days(time, first, last)
    near = 0
    for day in range(first, last):
        if day in closed:
            continue
        # 1 January 1970 was a Thursday.
        for start, end in time.week[(day + 3) % 7]:
            low, high = day * DAY + start * 60, day * DAY + end * 60
            while segments[near][1] + segments[near][2] <= low:
                near += 1
            for begin, until, offset in segments[near : near + 3]:
                piece = max(low - offset, begin), min(high - offset, until)
                if piece[0] < piece[1]:
                    yield piece


def _closed_days(time: WorkingTime, first: int, last: int) -> set[int]:
    """Days since 1970 on which nobody works, whatever the week says."""
    closed: set[int] = set()
    for days in time.off:
        begin = max(days.first.toordinal() - _EPOCH_DAY, first)
        closed.update(range(begin, min(days.last.toordinal() - _EPOCH_DAY + 1, last)))
    years = range(_day(first).year, _day(last).year + 1)
    for year in years:
        closed.update(day.toordinal() - _EPOCH_DAY for day in holidays_of(time.holidays, year))
    return closed


def _day(number: int) -> date:
    return date.fromordinal(number + _EPOCH_DAY)


def _offsets(zone: ZoneInfo, low: int, high: int) -> list[tuple[int, int, int]]:
    """(from, until, offset from UTC in seconds): stretches in which the zone's offset is constant.

    Checks once a day: no zone changes its clock twice within a day.
    """
    found: list[tuple[int, int, int]] = []
    begin, offset = low, _offset(zone, low)
    for moment in range(low + DAY, high + DAY, DAY):
        now = _offset(zone, moment)
        if now != offset:
            change = _change(zone, moment - DAY, moment)
            found.append((begin, change, offset))
            begin, offset = change, now
    found.append((begin, high + DAY, offset))
    return found


def _change(zone: ZoneInfo, low: int, high: int) -> int:
    """The first second after `low` with the offset of `high`."""
    old = _offset(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == old:
            low = middle
        else:
            high = middle
    return high


def _offset(zone: ZoneInfo, moment: int) -> int:
    offset = datetime.fromtimestamp(moment, zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
