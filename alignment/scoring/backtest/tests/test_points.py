"""Suggested points are readable, keep what outcomes cannot judge, and separate won from lost."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.scoring.backtest import learning, points
from alignment.scoring.backtest.points import Past

WIDTH = 4
DIMENSIONS = ["fit", "engagement", "engagement", "engagement"]
past = st.lists(
    st.builds(Past, st.sets(st.integers(0, WIDTH - 1)).map(lambda s: tuple(sorted(s))), st.booleans()),
    min_size=1,
    max_size=60,
)  # fmt: skip


def told(count: int = 400, seed: int = 3) -> list[Past]:
    """Outcomes in which candidate 1 helps a lot, 2 hurts, 0 and 3 have no effect."""
    dice = random.Random(seed)
    found = []
    for _ in range(count):
        met = tuple(i for i in range(WIDTH) if dice.random() < 0.5)
        chance = 0.35 + (0.45 if 1 in met else 0) - (0.3 if 2 in met else 0)
        found.append(Past(met, dice.random() < chance))
    return found


@given(
    past=past,
    weights=st.lists(st.floats(-3, 3), min_size=WIDTH, max_size=WIDTH),
    kept=st.lists(st.none() | st.integers(-20, 20), min_size=WIDTH, max_size=WIDTH),
)
def test_points_are_fives_in_reach_and_kept_ones_stay(
    past: list[Past], weights: list[float], kept: list[int | None]
) -> None:
    found = points.table(weights, past, DIMENSIONS, kept=kept, mql_at=40, sql_at=60)
    for given_points, weight, stays in zip(found, weights, kept, strict=True):
        if stays is not None:
            assert given_points == stays
        else:
            assert given_points % 5 == 0
            assert abs(given_points) <= points.MOST
            assert given_points * weight >= 0


@given(past=past)
def test_evidence_counts_everybody_once(past: list[Past]) -> None:
    for i, found in enumerate(points.evidence(past, WIDTH)):
        assert found.won + found.lost == len(past)
        assert found.won_with + found.lost_with == sum(i in p.met for p in past)


def test_what_tells_gets_points_and_what_hurts_takes_them() -> None:
    outcomes = told()
    evidence = points.evidence(outcomes, WIDTH)
    assert [found.is_chance for found in evidence] == [True, False, False, True]
    weights = learning.weights(outcomes, WIDTH)
    kept = [10, None, None, 0]
    given_points = points.table(weights, outcomes, DIMENSIONS, kept=kept, mql_at=40, sql_at=60)
    assert given_points[1] >= 30
    assert given_points[2] < 0
    won = [points.total(given_points, p.met, DIMENSIONS) >= 40 for p in outcomes if p.won]
    lost = [points.total(given_points, p.met, DIMENSIONS) >= 40 for p in outcomes if not p.won]
    assert sum(won) / len(won) > sum(lost) / len(lost) + 0.15


def test_the_same_outcomes_suggest_the_same() -> None:
    assert learning.weights(told(), WIDTH) == learning.weights(told(), WIDTH)
    assert learning.chances(told(), WIDTH) == learning.chances(told(), WIDTH)


def test_weights_are_those_of_the_regression() -> None:
    """For a single, barely penalised candidate the weight is the logarithm of the odds ratio."""
    outcomes = [Past((0,), i < 600) for i in range(800)] + [Past((), i < 400) for i in range(800)]
    (weight,) = learning.weights(outcomes, 1)
    assert weight == pytest.approx(1.0986, abs=0.02)


def test_a_draft_drops_rules_without_points_and_caps_of_other_points() -> None:
    rows = [
        {"key": "a", "points": 10, "cap": 30, "window_days": 5},
        {"key": "b", "points": 5, "cap": 20},
        {"key": "c", "points": 0},
    ]
    base = {"mql_at": 40, "sql_at": 60, "rules": rows[:2]}
    found = points.content(base, rows, [15, 5, 0])
    assert found == {
        "mql_at": 40,
        "sql_at": 60,
        "rules": [{"key": "a", "points": 15, "window_days": 5}, rows[1]],
    }
