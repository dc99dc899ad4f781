"""Matching events to planned touches, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.signals import DEFAULT_SIGNALS
from alignment.sla.models import Attempt
from campaigns.calendar.models import Touch
from campaigns.calendar.rules.matching import (
    ANSWERS_WITHIN,
    NEAR,
    OUTCOMES,
    SIGNALS,
    Candidate,
    Event,
    Meaning,
    better,
    match,
)
from campaigns.library.models import TouchChannel

AT = datetime(2026, 3, 10, 14, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLANNED = Candidate(id=1, starts=AT, ends=AT + HOUR)
SENT = Event(Meaning("email"), AT)
OPENED = Event(Meaning("email", "opened", is_answer=True), AT)
RESULTS = ["", *Touch.Result.values]


@st.composite
def candidates(draw: Any) -> Any:
    starts = AT + draw(st.integers(-500, 500)) * HOUR
    return Candidate(
        id=draw(st.integers(1, 10_000)),
        starts=starts,
        ends=starts + draw(st.integers(1, 100)) * HOUR,
        done_at=draw(st.none() | st.just(starts + HOUR / 2)),
        who=draw(st.none() | st.integers(1, 3)),
        is_proven=draw(st.booleans()),
    )


events = st.builds(
    Event,
    st.builds(Meaning, st.just("email"), st.just(""), st.booleans()),
    st.integers(-500, 500).map(lambda hours: AT + hours * HOUR),
    st.none() | st.integers(1, 3),
)


@given(events, st.lists(candidates(), max_size=8, unique_by=lambda touch: touch.id))
def test_the_order_of_the_touches_decides_nothing(event: Any, touches: Any) -> None:
    assert match(event, touches) == match(event, reversed(touches))


@given(events, st.lists(candidates(), max_size=8, unique_by=lambda touch: touch.id))
def test_what_we_did_is_one_touch_only(event: Any, touches: Any) -> None:
    act = replace(event, meaning=Meaning("email"))
    pk = match(act, touches)
    proven = [replace(t, is_proven=t.is_proven or t.id == pk) for t in touches]
    assert pk is None or match(act, proven) != pk


@given(st.sampled_from(RESULTS), st.sampled_from(RESULTS))
def test_a_result_never_says_less_and_settles(known: Any, told: Any) -> None:
    once = better(known, told)
    assert better(once, told) == once
    assert better(once, known) == once


@pytest.mark.parametrize(
    ("moved", "found"), [(-NEAR, 1), (HOUR + NEAR, 1), (-NEAR - HOUR, None), (DAY * 4, None)]
)
def test_what_we_did_is_near_its_plan(moved: Any, found: Any) -> None:
    assert match(replace(SENT, at=AT + moved), [PLANNED]) == found


def test_an_answer_comes_after_its_touch() -> None:
    late, early = ANSWERS_WITHIN + HOUR, -2 * DAY
    for moved, found in ((late, 1), (late + HOUR, None), (early, None)):
        assert match(replace(OPENED, at=AT + moved), [PLANNED]) == found
    # It is nearer, but was not sent yet.
    next_one = Candidate(id=2, starts=AT + 9 * DAY, ends=AT + 9 * DAY + HOUR)
    assert match(replace(OPENED, at=next_one.starts - HOUR), [PLANNED, next_one]) == 1


def test_ones_own_touch_comes_before_a_nearer_one_of_a_colleague() -> None:
    own = replace(PLANNED, id=2, starts=AT + DAY, ends=AT + DAY + HOUR, who=7)
    theirs = replace(PLANNED, who=8)
    assert match(replace(SENT, who=7), [theirs, own]) == 2
    assert match(replace(SENT, who=None), [theirs, own]) == 1


def test_every_meaning_is_a_channel_and_a_result() -> None:
    for meaning in SIGNALS.values():
        assert meaning.channel in TouchChannel.values
        assert meaning.result in RESULTS
    assert set(OUTCOMES) == set(Attempt.Outcome.values)
    assert set(OUTCOMES.values()) <= set(RESULTS)
    shipped = {signal.code for signal in DEFAULT_SIGNALS}
    assert {"email_opened", "email_replied", "call_answered", "event_met"} <= shipped & set(SIGNALS)
