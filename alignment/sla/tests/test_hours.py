"""Business time against examples counted by hand and the oracle."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from alignment.sla.rules.hours import (
    CLOSURE,
    USUAL_WEEK,
    DaysOff,
    InvalidWeek,
    NoWorkingTime,
    WorkingTime,
)

from .oracle import ZONES, Oracle, cases

NEW_YORK = ZoneInfo("America/New_York")
TEAM = WorkingTime("America/New_York")
NEVER = ((),) * 7
WITHIN = timedelta(days=12)
ANY_HOUR = (((0, 1440),),) * 7
thorough = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def new_york(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=NEW_YORK, fold=fold)  # type: ignore[arg-type, misc]


def test_friday_evening_before_labor_day_is_due_on_tuesday() -> None:
    assert TEAM.add(new_york(2026, 9, 4, 16, 40), 60) == new_york(2026, 9, 8, 9, 40)


def test_a_lead_of_saturday_is_due_on_monday() -> None:
    assert TEAM.add(new_york(2026, 9, 12, 16), 60) == new_york(2026, 9, 14, 10)


def test_what_is_due_when_the_office_closes_is_due_then() -> None:
    assert TEAM.add(new_york(2026, 9, 9, 16), 60) == new_york(2026, 9, 9, 17)
    assert TEAM.add(new_york(2026, 9, 9, 17), 60) == new_york(2026, 9, 10, 10)


def test_a_break_at_noon_does_not_count() -> None:
    split = WorkingTime("America/New_York", (((540, 720), (780, 1080)),) * 5 + ((), ()))
    assert split.add(new_york(2026, 9, 9, 11, 30), 60) == new_york(2026, 9, 9, 13, 30)
    assert split.between(new_york(2026, 9, 9, 11), new_york(2026, 9, 9, 14)) == 2 * 3600


def test_the_hour_that_comes_twice_counts_twice() -> None:
    night = WorkingTime("America/New_York", (((0, 240),),) * 7, "")
    first, last = new_york(2026, 11, 1, 0), new_york(2026, 11, 1, 4)
    assert night.between(first, last) == 5 * 3600
    assert night.add(first, 180) == new_york(2026, 11, 1, 2)
    second = new_york(2026, 11, 1, 1, 30, fold=1).astimezone(UTC)
    assert night.add(first, 150) == second


def test_a_range_that_ends_inside_the_repeated_hour_has_two_parts() -> None:
    night = WorkingTime("America/New_York", (((0, 90),),) * 7, "")
    assert night.between(new_york(2026, 11, 1), new_york(2026, 11, 1, 6)) == 120 * 60
    assert not night.is_open(new_york(2026, 11, 1, 1, 45))
    assert night.is_open(new_york(2026, 11, 1, 1, 15, fold=1))


def test_the_hour_left_out_does_not_count() -> None:
    night = WorkingTime("America/New_York", (((0, 240),),) * 7, "")
    assert night.between(new_york(2026, 3, 8), new_york(2026, 3, 8, 4)) == 3 * 3600
    gone = WorkingTime("America/New_York", (((130, 170),),) * 7, "")
    assert gone.between(new_york(2026, 3, 8), new_york(2026, 3, 9)) == 0


def test_closures_and_holidays_of_a_state() -> None:
    closed = DaysOff(date(2026, 9, 9), date(2026, 9, 10), CLOSURE, "Kick-off")
    team = WorkingTime("America/New_York", off=(closed,))
    assert team.add(new_york(2026, 9, 8, 16, 30), 60) == new_york(2026, 9, 11, 9, 30)
    # California closes on the day after Thanksgiving, the federal government does not.
    start = new_york(2026, 11, 25, 16, 30)
    assert TEAM.add(start, 60) == new_york(2026, 11, 27, 9, 30)
    california = WorkingTime("America/New_York", holidays="CA")
    assert california.add(start, 60) == new_york(2026, 11, 30, 9, 30)


def test_a_new_year_on_saturday_closes_the_friday_before() -> None:
    assert not TEAM.is_open(new_york(2027, 12, 31, 10))


def opens(time: WorkingTime, moment: datetime) -> datetime:
    return next(time.spans_from(moment))[0]


def test_open_now_and_next() -> None:
    assert TEAM.is_open(new_york(2026, 9, 9, 9))
    assert not TEAM.is_open(new_york(2026, 9, 9, 17))
    assert opens(TEAM, new_york(2026, 9, 4, 17)) == new_york(2026, 9, 8, 9)
    now = new_york(2026, 9, 9, 12, 5)
    assert opens(TEAM, now) == now


def test_nobody_works_for_years() -> None:
    with pytest.raises(NoWorkingTime):
        WorkingTime("America/New_York", NEVER).add(new_york(2026, 9, 9), 1)
    with pytest.raises(NoWorkingTime):
        opens(WorkingTime("America/New_York", NEVER), new_york(2026, 9, 9))


def test_a_long_closure_is_waited_for_up_to_three_years_whatever_was_asked_before() -> None:
    def closed(until: date) -> WorkingTime:
        return WorkingTime("America/New_York", off=(DaysOff(date(2026, 1, 1), until),))

    start = new_york(2026, 1, 5)
    assert closed(date(2028, 11, 30)).add(start, 60) == new_york(2028, 12, 1, 10)
    too_long = closed(date(2029, 2, 1))
    assert too_long.is_open(new_york(2032, 6, 1, 10))
    with pytest.raises(NoWorkingTime):
        too_long.add(start, 60)
    with pytest.raises(NoWorkingTime):
        opens(too_long, start)


def test_sixty_days_of_hours_are_found() -> None:
    start = new_york(2026, 1, 5)
    due = TEAM.add(start, 60 * 24 * 60)
    assert TEAM.between(start, due) == 60 * 24 * 3600


def test_day_and_night_is_elapsed_time() -> None:
    always = WorkingTime("America/New_York", ANY_HOUR, "")
    start = new_york(2026, 10, 31, 22, 13)
    for minutes in (600, 60 * 24 * 700):
        assert always.add(start, minutes) == start.astimezone(UTC) + timedelta(minutes=minutes)
    with pytest.raises(NoWorkingTime):
        always.add(start, 60 * 24 * 366 * 4)


def test_nothing_to_wait_for() -> None:
    start = new_york(2026, 9, 6, 3)
    assert TEAM.add(start, 0) == start
    with pytest.raises(ValueError, match="ahead"):
        TEAM.add(start, -1)


def test_equal_calendars_are_equal() -> None:
    other = WorkingTime("America/New_York")
    other.is_open(new_york(2026, 1, 1))
    assert other == TEAM
    assert hash(other) == hash(TEAM)
    assert other != WorkingTime("America/Chicago")


@pytest.mark.parametrize(
    "day",
    [((540, 540),), ((60, 30),), ((0, 1441),), ((0, 60), (60, 90)), ((1.5, 2.5),), ((True, 5),)],
)
def test_a_week_out_of_order_or_of_half_minutes_is_refused(day: Any) -> None:
    with pytest.raises(InvalidWeek):
        WorkingTime("UTC", (day, *USUAL_WEEK[1:]))
    with pytest.raises(InvalidWeek):
        WorkingTime("UTC", USUAL_WEEK[:6])


def test_every_us_zone_is_tried() -> None:
    assert {"America/New_York", "America/Phoenix", "America/Adak", "Pacific/Honolulu"} < set(ZONES)
    assert len(ZONES) >= 33


def agrees(case: tuple[WorkingTime, datetime, int]) -> None:
    """Deadline, working time and openness agree with the minute-by-minute oracle."""
    time, start, minutes = case
    oracle = Oracle(time)
    expected = oracle.add(start, minutes * 60, within=WITHIN)
    try:
        due = time.add(start, minutes)
    except NoWorkingTime:
        assert expected is None
        return
    if expected is None:
        assert due - start >= WITHIN
        return
    assert due == expected
    assert time.between(start, due) == pytest.approx(minutes * 60, abs=1e-5)
    later = start + timedelta(hours=26)
    assert time.between(start, later) == pytest.approx(oracle.between(start, later), abs=1e-5)
    assert time.is_open(start) == oracle.works(start)


@given(cases())
@settings(thorough, max_examples=150)
def test_agrees_with_counting_minutes(case: tuple[WorkingTime, datetime, int]) -> None:
    agrees(case)


@pytest.mark.torture
@given(cases())
@settings(thorough, max_examples=10_000)
def test_agrees_with_counting_minutes_ten_thousand_times(
    case: tuple[WorkingTime, datetime, int],
) -> None:
    agrees(case)
