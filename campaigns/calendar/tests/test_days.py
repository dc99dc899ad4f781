"""Business days of the prospect, across holidays and clock changes."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from campaigns.calendar.rules.days import (
    business_day,
    business_days_between,
    opening_day,
    slipped,
)

CHICAGO = ZoneInfo("America/Chicago")
ZONES = [ZoneInfo(name) for name in ("America/New_York", "America/Phoenix", "Pacific/Honolulu")]

days = st.dates(date(2026, 1, 1), date(2029, 12, 31))
closures = st.frozensets(st.dates(date(2026, 1, 1), date(2030, 12, 31)), max_size=20)


def never(day: date) -> bool:
    return False


def test_a_weekend_opens_on_monday() -> None:
    assert opening_day(date(2026, 11, 28), never) == date(2026, 11, 30)
    assert business_day(date(2026, 11, 28), 0, never) == date(2026, 11, 30)
    assert business_day(date(2026, 11, 28), 1, never) == date(2026, 12, 1)


def test_ten_in_the_morning_stays_ten_when_the_clocks_change() -> None:
    friday = datetime(2026, 10, 30, 10, tzinfo=CHICAGO)
    after = slipped(friday, 1, CHICAGO, never)
    assert after.astimezone(CHICAGO).time() == time(10)
    assert after - friday == timedelta(days=3, hours=1)


@given(days, st.integers(0, 60), closures)
def test_days_between_undo_days_after(day: date, after: int, closed: frozenset[date]) -> None:
    first = opening_day(day, closed.__contains__)
    last = business_day(day, after, closed.__contains__)
    assert last.weekday() < 5
    assert last not in closed
    assert business_days_between(first, last, closed.__contains__) == after


@given(days, st.integers(0, 30), st.integers(0, 30), closures, st.sampled_from(ZONES))
def test_two_slips_are_one(
    day: date, once: int, again: int, closed: frozenset[date], zone: ZoneInfo
) -> None:
    first = opening_day(day, closed.__contains__)
    starts = datetime.combine(first, time(10), zone)
    twice = slipped(
        slipped(starts, once, zone, closed.__contains__), again, zone, closed.__contains__
    )
    assert twice == slipped(starts, once + again, zone, closed.__contains__)
    assert twice.astimezone(zone).time() == time(10)
