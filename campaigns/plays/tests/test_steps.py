"""When steps fall: on business days of the prospect, across holidays and clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from campaigns.plays.rules.steps import InvalidPlay, Step, check_steps, step_times

CHICAGO = ZoneInfo("America/Chicago")
THANKSGIVING = date(2026, 11, 26)


def never(day: date) -> bool:
    return False


def step(**fields: object) -> Step:
    given = {"position": 1, "side": "sales", "channel": "call", "after_days": 0}
    return Step(**(given | {"at": time(10), "minutes": 15} | fields))  # type: ignore[arg-type]


def test_the_case_study_on_tuesday_and_the_call_on_thursday() -> None:
    tuesday = date(2026, 11, 24)
    assert step_times(step(), tuesday, CHICAGO, never)[0] == datetime(2026, 11, 24, 16, tzinfo=UTC)
    call = step_times(step(after_days=2, at=time(14, 30)), tuesday, CHICAGO, never)
    assert call[0] == datetime(2026, 11, 26, 20, 30, tzinfo=UTC)
    assert call[1] - call[0] == timedelta(minutes=15)
    # Thanksgiving is not a business day.
    later, _ = step_times(step(after_days=2), tuesday, CHICAGO, lambda day: day == THANKSGIVING)
    assert later.date() == date(2026, 11, 27)


def test_what_a_play_may_not_say() -> None:
    with pytest.raises(InvalidPlay) as none:
        check_steps([])
    assert list(none.value.errors) == ["steps"]
    steps = [
        step(after_days=200),
        step(position=2, minutes=1, follows=3),
        step(position=3, after_days=1, follows=1),
    ]
    with pytest.raises(InvalidPlay) as wrong:
        check_steps(steps)
    assert set(wrong.value.errors) == {
        "steps.1.after_days",
        "steps.2.minutes",
        "steps.2.follows",
        "steps.3.follows",
    }


def test_a_follow_up_comes_later_than_what_it_takes_up() -> None:
    check_steps([step(), step(position=2, at=time(11), follows=1)])
    with pytest.raises(InvalidPlay):
        check_steps([step(), step(position=2, follows=1)])
