"""Arrivals against working people."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alignment.sla.rules.contract import SlaClause
from alignment.sla.rules.coverage import (
    Arrival,
    Desk,
    Gap,
    beyond,
    count_cells,
    gaps,
    level,
    replay,
    weekly,
    working_people,
)
from alignment.sla.rules.hours import USUAL_WEEK, DaysOff, WorkingTime

EAST, PACIFIC = "America/New_York", "America/Los_Angeles"
TEAM = WorkingTime(EAST, USUAL_WEEK)
NEVER = WorkingTime(EAST, ((),) * 7)
CALL = SlaClause("call", "sales", "timed", "handed_off", "contacted", 60, "business")
TUESDAY = datetime(2026, 9, 15, 10, tzinfo=ZoneInfo(EAST)).astimezone(UTC)


def desk(
    people: int = 1, working: WorkingTime = TEAM, a_week: int | None = None, team: int = 1
) -> Desk:
    return Desk(team, tuple(range(people)), working, a_week)


def test_hours_of_the_east_on_pacific_clocks() -> None:
    people = working_people([desk(2)], PACIFIC, TUESDAY)
    assert len(people) == 168
    assert [hour for hour in range(24) if people[1, hour]] == list(range(6, 14))
    assert people[1, 6] == 2
    assert not any(people[6, hour] for hour in range(24))


def test_half_an_hour_counts_half() -> None:
    half = WorkingTime(EAST, (((570, 1020),),) * 7)
    assert working_people([desk(1, half)], EAST, TUESDAY)[0, 9] == 0.5


def test_a_gap_is_cut_to_what_arrives() -> None:
    people = working_people([desk()], PACIFIC, TUESDAY)
    counts = Counter({(1, 14): 3, (3, 17): 1, (1, 10): 9, (6, 11): 2})
    assert gaps(counts, people) == [Gap(0, 4, 14, 18, 4), Gap(5, 6, 11, 12, 2, all_day=True)]
    assert gaps(Counter({(1, 10): 9}), people) == []


def test_cells_are_of_the_local_week() -> None:
    sunday_night = datetime(2026, 9, 14, 5, tzinfo=UTC)
    assert count_cells([sunday_night], PACIFIC) == {(6, 22): 1}


def test_levels_reach_from_nothing_to_the_fullest() -> None:
    assert [level(count, 10) for count in (0, 1, 5, 6, 10)] == [0, 1, 2, 3, 4]
    assert level(0, 0) == 0


def test_closed_hours_break_no_promise_but_the_lead_waits() -> None:
    night = TUESDAY.replace(hour=4)
    (outcome,) = replay([Arrival(night)], [desk()], CALL)
    assert outcome.opens_after == outcome.wait == 9 * 3600
    assert not outcome.is_late


def test_who_takes_five_a_week_is_busy_for_a_day() -> None:
    """Eight working hours for each lead: the third of three leads waits for two working days."""
    arrivals = [Arrival(TUESDAY + timedelta(minutes=n)) for n in range(3)]
    first, second, third = replay(arrivals, [desk(a_week=5)], CALL)
    assert (first.wait, first.is_late) == (0, False)
    assert second.is_late
    assert third.wait == 2 * 24 * 3600 - 120
    assert third.opens_after == 0
    assert not any(o.is_late for o in replay(arrivals, [desk(3, a_week=5)], CALL))
    assert not any(o.is_late for o in replay(arrivals, [desk()], CALL))


def test_a_territory_waits_for_its_team() -> None:
    west = WorkingTime(PACIFIC, USUAL_WEEK)
    desks = [desk(team=1), desk(working=west, team=2)]
    free, bound, lost = replay(
        [Arrival(TUESDAY), Arrival(TUESDAY, "CA", 2), Arrival(TUESDAY, "CA", 99)], desks, CALL
    )
    assert (free.wait, bound.wait, lost.wait) == (0, 2 * 3600, 0)


def test_the_due_time_may_count_other_hours() -> None:
    """In the prospect's hours the promise is due later than in the team's."""
    elapsed = SlaClause("call", "sales", "timed", "handed_off", "contacted", 60, "elapsed")
    late = [Arrival(TUESDAY.replace(hour=4))]
    assert replay(late, [desk()], elapsed)[0].is_late
    early: dict[tuple[int, str | None], WorkingTime] = {
        (1, None): WorkingTime("Europe/Paris", USUAL_WEEK)
    }
    assert replay([Arrival(TUESDAY.replace(hour=8))], [desk()], CALL, due_time=early)[0].is_late


def test_each_opening_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """People whose leave differs are desks of their own, however many arrivals there are."""
    asked: Counter[WorkingTime] = Counter()
    real = WorkingTime.spans_from

    def counted(time: WorkingTime, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        asked[time] += 1
        return real(time, moment)

    monkeypatch.setattr(WorkingTime, "spans_from", counted)
    monday = date(2026, 9, 14)
    away = [(DaysOff(monday + timedelta(days=n), monday + timedelta(days=n)),) for n in range(3)]
    desks = [desk(working=WorkingTime(EAST, off=off)) for off in away]
    arrivals = [Arrival(TUESDAY + timedelta(minutes=5 * n)) for n in range(2_000)]
    outcomes = replay(arrivals, desks, CALL)
    # A week of five working days, asked for on arrival and for whoever is free.
    assert max(asked.values()) <= 2 * 6
    opens = [min(next(real(one.working, a.at))[0] for one in desks) - a.at for a in arrivals]
    assert [outcome.opens_after for outcome in outcomes] == [o.total_seconds() for o in opens]


def test_equal_weeks_are_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[WorkingTime] = []
    real = WorkingTime.between

    def counted(time: WorkingTime, first: datetime, last: datetime) -> float:
        asked.append(time)
        return real(time, first, last)

    monkeypatch.setattr(WorkingTime, "between", counted)
    off = [(DaysOff(date(2026, 9, n), date(2026, 9, n)),) for n in range(1, 5)]
    people = working_people([desk(2, WorkingTime(EAST, off=days)) for days in off], EAST, TUESDAY)
    assert people[1, 9] == 8
    assert len(asked) == 7 * 24


def test_nobody_at_all() -> None:
    for desks in ([], [desk(0)], [desk(working=NEVER)]):
        (outcome,) = replay([Arrival(TUESDAY)], desks, CALL)
        assert (outcome.wait, outcome.is_late) == (None, True)


def test_weeks_and_what_was_too_much() -> None:
    arrivals = [Arrival(TUESDAY), Arrival(TUESDAY), Arrival(TUESDAY - timedelta(days=7))]
    weeks = weekly(arrivals, EAST)
    assert weeks == {datetime(2026, 9, 14): 2, datetime(2026, 9, 7): 1}  # noqa: DTZ001
    assert beyond(weeks, 1) == 1
    assert beyond(weeks, 5) == 0
