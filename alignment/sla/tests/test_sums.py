"""The calculation behind a due time, and when a clock is looked at."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given, settings

from alignment.sla.rules.contract import SlaClause
from alignment.sla.rules.hours import CLOSURE, DaysOff, NoWorkingTime, WorkingTime
from alignment.sla.rules.schedule import due_and_look, next_look, schedule, warning_times
from alignment.sla.rules.sums import business_sum, elapsed_sum, length_in_words, sum_in_words

from .oracle import cases

NEW_YORK = ZoneInfo("America/New_York")
TEAM = WorkingTime("America/New_York")
FRIDAY = datetime(2026, 9, 4, 16, 40, 30, tzinfo=NEW_YORK)


def told(time: WorkingTime, start: datetime, minutes: int, zone: str = "") -> str:
    return sum_in_words(business_sum(time, start, time.add(start, minutes)), zone or time.zone)


def clause(**changes: object) -> SlaClause:
    values = {"minutes": 60, "time": "business", "warn_at": (50, 80), **changes}
    return SlaClause("call", "sales", "timed", "handed_off", "contacted", **values)  # type: ignore[arg-type]


def test_friday_evening_before_labor_day() -> None:
    expected = "Fri 4:40 PM + 20 min, weekend, Mon Labor Day, Tue 9:00 AM + 40 min = Tue 9:40 AM"
    assert told(TEAM, FRIDAY, 60) == expected


def test_the_reader_sees_their_own_clock_and_language() -> None:
    with translation.override("fr"):
        words = told(TEAM, FRIDAY, 60, "Europe/Paris")
    assert "22:40 + 20" in words
    assert words.endswith("15:40")


def test_a_start_outside_the_hours_counts_nothing_yet() -> None:
    saturday = datetime(2026, 9, 12, 16, tzinfo=NEW_YORK)
    assert told(TEAM, saturday, 60) == "Sat 4:00 PM, weekend, Mon 9:00 AM + 60 min = Mon 10:00 AM"


def test_a_night_needs_no_words_and_closed_days_are_named_together() -> None:
    wednesday = datetime(2026, 9, 9, 16, 30, tzinfo=NEW_YORK)
    assert told(TEAM, wednesday, 60) == "Wed 4:30 PM + 30 min, Thu 9:00 AM + 30 min = Thu 9:30 AM"
    closed = DaysOff(date(2026, 9, 10), date(2026, 9, 11), CLOSURE, "Kick-off")
    team = WorkingTime("America/New_York", off=(closed,))
    assert "Thu–Fri Kick-off, weekend, Mon" in told(team, wednesday, 60)


def test_a_long_sum_is_cut_and_dated() -> None:
    words = told(TEAM, FRIDAY, 60 * 100)
    assert words.startswith("Fri Sep 4, 4:40 PM + 20 min, weekend, Mon Labor Day, Tue Sep 8,")
    assert "11 stretches with 88 h" in words
    assert words.endswith("Thu Sep 24, 12:40 PM")


def test_time_by_the_clock() -> None:
    assert sum_in_words(elapsed_sum(FRIDAY, 15), "UTC") == "Fri 8:40 PM + 15 min = Fri 8:55 PM"


def test_lengths() -> None:
    assert [length_in_words(n) for n in (40, 60, 120, 150)] == [
        "40 min",
        "60 min",
        "2 h",
        "2 h 30 min",
    ]


@given(cases())
@settings(deadline=None, max_examples=100)
def test_minutes_of_a_sum_add_up_to_the_limit(case: tuple[WorkingTime, datetime, int]) -> None:
    time, start, minutes = case
    try:
        due = time.add(start, minutes)
    except NoWorkingTime:
        return
    pieces = business_sum(time, start, due)
    assert sum(piece.get("minutes", 0) + piece.get("more", 0) for piece in pieces) == minutes
    assert pieces[-1] == {"due": due.isoformat().replace("+00:00", "Z")}
    assert len(pieces) < 40
    assert sum_in_words(pieces, time.zone)


def test_warnings_are_counted_in_the_same_time() -> None:
    planned = schedule(clause(), FRIDAY, TEAM)
    tuesday = datetime(2026, 9, 8, 9, tzinfo=NEW_YORK)
    assert planned.due_at == tuesday + timedelta(minutes=40, seconds=30)
    assert [at - tuesday for at in planned.warnings] == [
        timedelta(minutes=10, seconds=30),
        timedelta(minutes=28, seconds=30),
    ]
    assert [planned.next_look(warned) for warned in range(4)] == [
        *planned.warnings,
        planned.due_at,
        planned.due_at,
    ]
    for time in (TEAM, None, WorkingTime("America/New_York", ((),) * 7)):
        planned = schedule(clause(), FRIDAY, time)
        for warned in range(4):
            quick = due_and_look(clause(), FRIDAY, time, warned)
            assert quick == (planned.due_at, planned.next_look(warned))


def test_elapsed_time_knows_no_hours() -> None:
    planned = schedule(clause(time="elapsed", minutes=15), FRIDAY, TEAM)
    assert planned.due_at == FRIDAY.astimezone(UTC) + timedelta(minutes=15)
    assert planned.warnings[0] == FRIDAY.astimezone(UTC) + timedelta(minutes=7, seconds=30)
    assert warning_times(clause(time="elapsed", warn_at=()), FRIDAY, None) == ()


def test_elapsed_time_through_a_night_that_changes_the_clock() -> None:
    evening = datetime(2026, 10, 31, 23, tzinfo=NEW_YORK)
    planned = schedule(clause(time="elapsed", minutes=240), evening, None)
    assert planned.due_at.astimezone(NEW_YORK).hour == 2


def test_when_nobody_ever_works_the_clock_counts() -> None:
    never = WorkingTime("America/New_York", ((),) * 7)
    planned = schedule(clause(), FRIDAY, never)
    assert planned.due_at == FRIDAY.astimezone(UTC) + timedelta(minutes=60)
    assert "nobody works in the years ahead" in sum_in_words(planned.due_sum, "UTC")
    assert len(planned.warnings) == 2


@pytest.mark.parametrize(("warned", "expected"), [(0, 1), (1, 2), (2, 9)])
def test_the_next_look(warned: int, expected: int) -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    warnings = [first + timedelta(minutes=1), first + timedelta(minutes=2)]
    due = first + timedelta(minutes=9)
    assert next_look(warnings, warned, due) == first + timedelta(minutes=expected)
