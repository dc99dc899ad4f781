"""The figures of a back-test, compared with scikit-learn's and with known properties."""

from math import isclose, sqrt
from statistics import mean, variance

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import precision_score, recall_score, roc_auc_score

from alignment.scoring.backtest import statistics as figures
from alignment.scoring.backtest.statistics import Z

scores = st.lists(st.integers(0, 120), min_size=1, max_size=40)


def labelled(won: list[int], lost: list[int]) -> tuple[list[int], list[int]]:
    return [1] * len(won) + [0] * len(lost), [*won, *lost]


@given(won=scores, lost=scores)
def test_auc_is_that_of_scikit_learn(won: list[int], lost: list[int]) -> None:
    truth, given_scores = labelled(won, lost)
    found = figures.auc(won, lost)
    assert isclose(found.value, roc_auc_score(truth, given_scores), abs_tol=1e-12)
    if found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.value <= found.high <= 1


@given(won=scores, lost=scores)
def test_placements_are_what_delong_defines(won: list[int], lost: list[int]) -> None:
    """Compares every pair, ties as a half; the fast method must give the same."""

    def beats(a: int, b: int) -> float:
        return float(a > b) if a != b else 0.5

    of_won, of_lost = figures.placements(won, lost)
    assert all(
        isclose(value, mean(beats(a, b) for b in lost), abs_tol=1e-9)
        for a, value in zip(won, of_won, strict=True)
    )
    assert all(
        isclose(value, mean(beats(a, b) for a in won), abs_tol=1e-9)
        for b, value in zip(lost, of_lost, strict=True)
    )


def test_the_interval_is_delongs() -> None:
    won, lost = [70, 62, 55, 51, 48, 40, 33], [60, 45, 41, 40, 30, 22, 15, 10]
    found = figures.auc(won, lost)
    of_won, of_lost = figures.placements(won, lost)
    spread = sqrt(variance(of_won) / len(won) + variance(of_lost) / len(lost))
    assert found.low is not None
    assert isclose(found.value - found.low, Z * spread, abs_tol=1e-12)


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """Normal scores one standard deviation apart have an AUC of 0.760."""
    import random

    dice = random.Random(7)
    inside = 0
    for _ in range(400):
        won = [dice.gauss(1, 1) for _ in range(60)]
        lost = [dice.gauss(0, 1) for _ in range(80)]
        found = figures.auc(won, lost)
        assert found.low is not None
        assert found.high is not None
        inside += found.low <= 0.7602 <= found.high
    assert 0.92 <= inside / 400 <= 0.98


@given(won=scores, lost=scores)
def test_mirrored_scores_have_the_mirrored_auc(won: list[int], lost: list[int]) -> None:
    assert isclose(figures.auc(won, lost).value, 1 - figures.auc(lost, won).value, abs_tol=1e-9)


@given(pairs=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=4, max_size=30))
def test_gain_is_the_difference_of_both(pairs: list[tuple[int, int]]) -> None:
    won, lost = pairs[::2], pairs[1::2]
    gain = figures.auc_gain(won, lost)
    first = figures.auc([a for a, _ in won], [a for a, _ in lost]).value
    second = figures.auc([b for _, b in won], [b for _, b in lost]).value
    assert isclose(gain.value, first - second, abs_tol=1e-9)
    same = figures.auc_gain([(a, a) for a, _ in won], [(a, a) for a, _ in lost])
    assert same == (0.0, None, None)


@given(won=scores, lost=scores, at=st.integers(0, 120))
def test_cuts_are_those_of_scikit_learn(won: list[int], lost: list[int], at: int) -> None:
    truth, given_scores = labelled(won, lost)
    passed = [int(score >= at) for score in given_scores]
    (cut,) = figures.cuts(won, lost, [at])
    assert cut.recall == pytest.approx(recall_score(truth, passed))
    if any(passed):
        assert cut.precision == pytest.approx(precision_score(truth, passed))
    else:
        assert cut.precision is None


@given(won=scores, lost=scores, width=st.sampled_from([5, 10, 20]))
def test_every_outcome_is_in_one_band(won: list[int], lost: list[int], width: int) -> None:
    bands = figures.bands(won, lost, width=width)
    assert sum(band.won for band in bands) == len(won)
    assert sum(band.lost for band in bands) == len(lost)
    assert [band.low for band in bands] == sorted((band.low for band in bands), reverse=True)


@given(won=scores, lost=scores)
def test_gains_rise_from_nothing_to_all(won: list[int], lost: list[int]) -> None:
    points = figures.gains(won, lost)
    assert (points[0], points[-1]) == ((0, 0), (1, 1))
    assert points == sorted(points)
    shares = [figures.won_among_best(points, tenth / 10) for tenth in range(1, 11)]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


def test_scores_that_say_nothing_lift_nothing() -> None:
    points = figures.gains([50] * 7, [50] * 13)
    assert figures.won_among_best(points, 0.2) == pytest.approx(0.2)
    assert figures.auc([50] * 7, [50] * 13) == (0.5, None, None)


@given(hits=st.integers(0, 50), misses=st.integers(0, 50))
def test_wilson_holds_its_share(hits: int, misses: int) -> None:
    assume(hits + misses)
    share, low, high = figures.wilson(hits, hits + misses)
    assert low is not None
    assert high is not None
    assert 0 <= low <= share + 1e-12
    assert share <= high + 1e-12 <= 1 + 2e-12


def test_wilson_as_published() -> None:
    """9 of 10: 0.596 to 0.982 (R: binom.confint(9, 10, methods = "wilson"))."""
    share, low, high = figures.wilson(9, 10)
    assert share == 0.9
    assert low == pytest.approx(0.5958, abs=1e-4)
    assert high == pytest.approx(0.9821, abs=1e-4)


@given(a=st.integers(0, 30), b=st.integers(0, 30), c=st.integers(0, 30), d=st.integers(0, 30))
def test_odds_turn_round_with_the_outcome(a: int, b: int, c: int, d: int) -> None:
    there = figures.odds_ratio(a, a + b, c, c + d)
    back = figures.odds_ratio(c, c + d, a, a + b)
    assert there.value * back.value == pytest.approx(1)
    assert there.low is not None
    assert there.high is not None
    assert there.low < there.value < there.high


@pytest.mark.parametrize(
    ("won", "lost", "missing"),
    [(10, 20, None), (9, 40, (0, 1, 0)), (40, 9, (0, 0, 1)), (10, 10, (10, 0, 0)), (0, 0, (30, 10, 10))],
)  # fmt: skip
def test_too_few_outcomes(won: int, lost: int, missing: tuple[int, int, int] | None) -> None:
    found = figures.lack(won, lost)
    assert (found and (found.outcomes, found.won, found.lost)) == missing
