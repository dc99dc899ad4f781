"""Verdicts, names of events and ladders, as values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.sla.rules.contract import ENDS, STARTS, Rung, SlaClause
from alignment.sla.rules.events import LeadEvent, names_of, reported_at
from alignment.sla.rules.ladder import Standing, step
from alignment.sla.rules.verdicts import Promise, verdict

START = datetime(2026, 3, 2, 15, tzinfo=UTC)
DUE = START + timedelta(hours=1)
PROMISE = Promise(event_id=10, started_at=START, due_at=DUE)
CALL = SlaClause("c", "sales", "timed", "handed_off", "contacted", 60)
WARNED = SlaClause("w", "sales", "timed", "handed_off", "contacted", 60, warn_at=(50, 80))
LADDER = (Rung("manager", 0, ("app",)), Rung("owner", 30, ("app",)), Rung("owner", 0, ("app",)))
STEEP = SlaClause("s", "sales", "timed", "handed_off", "contacted", 60, ladder=LADDER)

KINDS = ("contacted", "feedback_given", "stage_changed", "handed_off", "crm_updated")
minutes = st.integers(min_value=-90, max_value=200)


@st.composite
def events(draw: st.DrawFn) -> list[LeadEvent]:
    """Up to six events of a lead, around the promise."""
    found = []
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(KINDS))
        stage = draw(st.sampled_from(("sql", "recycled", "lost", "opportunity")))
        recorded = START + timedelta(minutes=draw(minutes))
        at = recorded - timedelta(minutes=draw(st.integers(0, 120)))
        told = draw(st.sampled_from([None, at]))
        found.append(LeadEvent(number + 1, names_of(kind, {"to": stage}), at, recorded, told))
    return sorted(found, key=lambda event: event.place)


@given(events())
def test_kept_means_written_in_time(found: list[LeadEvent]) -> None:
    """Compares with an independent wording of the contract's rule."""
    after = [e for e in found if e.place > (START, PROMISE.event_id)]
    # A contact dated before the promise began does not count.
    ends = [
        e
        for e in after
        if {"closed", "recycled"} & set(e.names)
        or ("contacted" in e.names and (e.reported_at or START) >= START)
    ]
    said = verdict(PROMISE, CALL, found)
    if not ends:
        assert said is None
        return
    first = ends[0]
    assert said is not None
    in_time, done = first.recorded_at <= DUE, "contacted" in first.names
    assert said.state == ("broken" if not in_time else "kept" if done else "lapsed")
    assert (said.met_at is not None) == done
    if said.met_at:
        assert START <= said.met_at <= first.recorded_at
    if said.state == "broken":
        assert said.ended_at == DUE


@pytest.mark.parametrize(
    ("dated", "state"),
    [(START - timedelta(minutes=1), None), (START - timedelta(days=9_000), None), (START, "kept")],
)
def test_a_contact_from_before_the_promise_does_not_keep_it(
    dated: datetime, state: str | None
) -> None:
    promise = Promise(event_id=10, started_at=START + timedelta(seconds=40), due_at=DUE)
    call = LeadEvent(11, ("contacted",), dated, START + timedelta(minutes=5), dated)
    said = verdict(promise, CALL, [call])
    assert (said.state if said else None) == state


def test_an_old_contact_leaves_a_broken_promise_undone() -> None:
    before = START - timedelta(hours=2)
    old = LeadEvent(11, ("contacted",), before, DUE + timedelta(hours=1), before)
    real = LeadEvent(12, ("contacted",), DUE, DUE + timedelta(hours=2), DUE)
    assert verdict(PROMISE, CALL, [old]) is None
    said = verdict(PROMISE, CALL, [old, real])
    assert said is not None
    assert (said.state, said.met_at) == ("broken", DUE)


@given(events(), events())
def test_what_comes_later_changes_no_verdict(found: list[LeadEvent], more: list[LeadEvent]) -> None:
    said = verdict(PROMISE, CALL, found)
    if said is None or not found:
        return
    last = found[-1]
    later = [
        LeadEvent(e.id + 100, e.names, e.at, last.recorded_at + (e.recorded_at - START))
        for e in more
    ]
    late = [e for e in later if e.place > last.place]
    assert verdict(PROMISE, CALL, [*found, *late]) == said


@pytest.mark.parametrize(
    ("leaves", "returns", "state"),
    [(10, 59, None), (10, 60, "lapsed"), (10, 90, "lapsed"), (61, 90, None)],
)
def test_what_was_due_while_the_lead_was_away_is_owed_by_nobody(
    leaves: int, returns: int, state: str | None
) -> None:
    away = [
        LeadEvent(11, ("disqualified", "closed"), START, START + timedelta(minutes=leaves)),
        LeadEvent(12, ("returned",), START, START + timedelta(minutes=returns)),
    ]
    said = verdict(PROMISE, CALL, away)
    assert (said.state if said else None) == state


@pytest.mark.parametrize(("undoes", "state"), [(11, None), (12, "lapsed"), (None, "lapsed")])
def test_only_the_return_to_nurture_that_is_named_is_undone(
    undoes: int | None, state: str | None
) -> None:
    sent, back = START + timedelta(minutes=10), START + timedelta(minutes=20)
    away = [
        LeadEvent(11, ("recycled",), sent, sent),
        LeadEvent(13, ("returned",), back, back, undoes=undoes),
    ]
    said = verdict(PROMISE, CALL, away)
    assert (said.state if said else None) == state


def test_every_name_of_a_clause_comes_from_some_event() -> None:
    stages = ("disqualified", "lost", "won", "recycled", "sql", "opportunity")
    kinds = (*KINDS, "became_mql", "became_sql", "reached", "validation_call")
    known = {name for kind in kinds for stage in stages for name in names_of(kind, {"to": stage})}
    assert known == {*STARTS, *ENDS}
    assert (
        names_of("stage_changed", {"from": "recycled", "to": "mql", "undoes": 7})[0] == "returned"
    )
    assert names_of("owner_changed", {}) == names_of("note", {}) == ()


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2026-03-02T14:10:00+00:00", datetime(2026, 3, 2, 14, 10, tzinfo=UTC)),
        ("2026-03-02T14:10:00", None),
        ("soon", None),
        ("", None),
        (7, None),
    ],
)
def test_what_the_rep_says_counts_if_it_is_a_moment(told: object, moment: datetime | None) -> None:
    assert reported_at({"at": told}) == moment


@given(st.integers(-3_600, 20_000), st.integers(0, 3), st.integers(0, 5_000), st.booleans())
def test_no_step_is_early_or_taken_twice(
    seconds: int, level: int, climbed_after: int, answered: bool
) -> None:
    now = DUE + timedelta(seconds=seconds)
    climbed = DUE + timedelta(seconds=climbed_after) if level else None
    state = "broken" if level else "running"
    taken = step(Standing(state, DUE, 0, level, climbed, answered), STEEP, now)
    if taken.climb:
        assert not answered
        assert taken.climb_due
        assert DUE <= taken.climb_due <= now
        assert (taken.climb, taken.level) == (level + 1, level + 1)
        if level == 1:
            assert now - climbed >= timedelta(minutes=30)  # type: ignore[operator]
        again = step(Standing("broken", DUE, 0, taken.level, now), STEEP, now)
        assert not again.climb or LADDER[taken.level].after_minutes == 0
    else:
        assert taken.level == level
    if seconds < 0 and not level:
        assert (taken.state, taken.look_at) == ("running", DUE)
    elif taken.look_at:
        assert taken.look_at >= now or taken.climb


@pytest.mark.parametrize(
    ("minute", "warned", "percent", "look"),
    [(10, 0, None, 30), (30, 0, 50, 48), (40, 1, None, 48), (48, 1, 80, 60), (59, 0, 80, 60)],
)
def test_warnings(minute: int, warned: int, percent: int | None, look: int) -> None:
    moments = [START + timedelta(minutes=30), START + timedelta(minutes=48)]
    now = START + timedelta(minutes=minute)
    taken = step(Standing("running", DUE, warned), WARNED, now, moments)
    assert (taken.percent, taken.look_at) == (percent, START + timedelta(minutes=look))
