"""Votes, agreement, the hash of a list, and the order of proposals."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.selection.rules.lists import Line, free_places, is_complete, list_hash
from campaigns.selection.rules.ranking import (
    Standing,
    how_many,
    order_of,
    reasons_of,
    value_in,
    verdict_in,
)
from campaigns.selection.rules.votes import Outcome, agreement, is_revealed_by, outcome

CHOICES = ("yes", "no", "later")
SIDES = {"marketing", "sales"}
votes = st.sampled_from((*CHOICES, None, ""))
ids = st.integers(1, 60)
lines = st.builds(Line, ids, st.integers(1, 3), st.none() | ids, st.none() | ids, st.none() | ids)
lists = st.lists(lines, max_size=8, unique_by=lambda line: line.account)


@given(votes, votes)
def test_two_votes_agree_or_not_whoever_says_which(one: str | None, other: str | None) -> None:
    found = outcome(one, other)
    assert found == outcome(other, one)
    assert (found == Outcome.OPEN) == (not one or not other)
    assert (found in CHOICES) == (bool(one) and one == other)


@given(st.lists(st.tuples(votes, votes)))
def test_agreement_counts_only_what_both_voted_on(pairs: list[tuple[str, str]]) -> None:
    found = agreement(pairs)
    outcomes = [outcome(*pair) for pair in pairs]
    assert found.both == sum(o != Outcome.OPEN for o in outcomes)
    assert found.both - found.alike == outcomes.count(Outcome.DISAGREED)
    if found.percent is None:
        assert found.both == 0
    else:
        assert abs(found.percent - 100 * found.alike / found.both) <= 0.5


def test_one_side_reveals_nothing_while_the_other_is_at_it() -> None:
    for ready, complete in product(
        [set(), {"sales"}, {"marketing"}, SIDES], [set(), {"sales"}, {"marketing"}, SIDES]
    ):
        said: Any = {"ready": ready, "asking": "sales", "complete": complete, "sides": SIDES}
        assert is_revealed_by(**said, anyway=False) == (ready == SIDES)
        revealed = is_revealed_by(**said, anyway=True)
        assert revealed == ("sales" in ready and "marketing" in ready | complete)


@given(lists, st.randoms())
def test_a_hash_knows_the_list_and_not_its_order(rows: list[Line], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert list_hash(shuffled) == list_hash(rows)


@given(lists.filter(bool), st.sampled_from(["tier", "marketing_owner", "sales_owner", "play"]))
def test_any_change_is_another_hash(rows: list[Line], field: str) -> None:
    first, *others = rows
    changed = replace(first, **{field: (getattr(first, field) or 0) + 1})
    assert list_hash([changed, *others]) != list_hash(rows)
    assert list_hash(others) != list_hash(rows)


@pytest.mark.parametrize(
    ("line", "has_plays", "complete"),
    [
        (Line(1, 1, 2, 3, 4), True, True),
        (Line(1, 1, 2, 3, None), True, False),
        (Line(1, 1, 2, 3, None), False, True),
        (Line(1, 1, None, 3, 4), True, False),
        (Line(1, 1, 2, None, 4), False, False),
    ],
)
def test_a_line_names_both_owners_and_a_play_if_there_are_any(
    line: Line, has_plays: bool, complete: bool
) -> None:
    assert is_complete(line, has_plays=has_plays) is complete


@given(st.integers(0, 99), st.integers(0, 99))
def test_free_places_are_never_negative(capacity: int, taken: int) -> None:
    free = free_places(capacity, taken)
    assert free >= 0
    assert free + taken == max(capacity, taken)


@given(st.integers(0, 100), st.integers(0, 500))
def test_the_ranking_fills_the_free_places_within_bounds(proposed: int, free: int) -> None:
    found = how_many(proposed=proposed, free=free, most=100)
    assert found <= 100
    assert found == 100 or (found >= proposed and found >= free)


def test_the_order_is_verdict_then_the_hottest_then_how_many() -> None:
    best_to_last = [
        Standing(10, "yes", score=20),
        Standing(9, "yes", hottest=80, warm=2),
        Standing(8, "yes", hottest=80, warm=1, known=3),
        Standing(7, "yes", hottest=80, warm=1, known=2, surges=9),
        Standing(6, "yes", hottest=80, warm=1, known=2, grade=100),
        Standing(5, "yes", grade=90),
        Standing(4, "yes", grade=80),
        Standing(3, "unknown", hottest=99, warm=9),
        Standing(2, "no", hottest=99, warm=9),
    ]
    mixed = best_to_last[4:] + best_to_last[:4]
    assert sorted(mixed, key=order_of) == best_to_last


def test_reasons_say_what_counts_and_remember_the_verdict() -> None:
    reasons = reasons_of(Standing(1, "yes", grade=80, score=41, hottest=62, known=2))
    assert reasons == [
        {"code": "verdict", "answer": "yes", "grade": 80},
        {"code": "score", "value": 41},
        {"code": "hottest", "value": 62},
        {"code": "known", "value": 2},
    ]
    assert verdict_in(reasons) == "yes"
    assert verdict_in([]) == ""
    assert (value_in(reasons, "known"), value_in(reasons, "surges")) == (2, 0)
