"""Periods, intervals and measures, for all possible values."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from statistics import median

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alignment.metrics.queries.registry import METRICS
from alignment.metrics.rules import Better, Period, Statistic, of_counts, of_sum, of_values
from alignment.metrics.rules.intervals import Z, quantile, quantile_interval, wilson

ZONES = ("America/New_York", "Europe/Paris", "Asia/Kolkata", "America/Havana", "UTC")
days = st.dates(date(2000, 1, 1), date(2060, 1, 1))
values = st.lists(st.floats(0, 1e9), min_size=1, max_size=200)


@given(days, st.integers(0, 400), st.sampled_from(ZONES))
def test_periods_meet_without_gap_or_overlap(first: date, length: int, zone: str) -> None:
    period = Period(first, first + timedelta(days=length), zone)
    assert period.before().until == period.since
    assert period.before().days == period.days
    pieces = [Period(day, day, zone) for day in (first + timedelta(n) for n in range(length + 1))]
    assert (pieces[0].since, pieces[-1].until) == (period.since, period.until)
    assert all(a.until == b.since for a, b in pairwise(pieces))
    hours = [(piece.until - piece.since) / timedelta(hours=1) for piece in pieces]
    assert all(22 <= hour <= 26 for hour in hours)


def test_a_day_on_which_clocks_change() -> None:
    spring = Period(date(2026, 3, 8), date(2026, 3, 8), "America/New_York")
    assert spring.since == datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert spring.until - spring.since == timedelta(hours=23)
    autumn = Period(date(2026, 11, 1), date(2026, 11, 1), "America/New_York")
    assert autumn.until - autumn.since == timedelta(hours=25)


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Period(date(2026, 1, 2), date(2026, 1, 1), "UTC")


@given(st.integers(1, 5_000), st.data())
def test_wilson_solves_its_equation(trials: int, data: st.DataObject) -> None:
    """The observed share is exactly z standard errors away from each bound."""
    successes = data.draw(st.integers(0, trials))
    low, high = wilson(successes, trials)
    share = successes / trials
    assert 0 <= low <= share <= high <= 1
    for bound in (low, high):
        error = Z * sqrt(bound * (1 - bound) / trials)
        assert abs(abs(share - bound) - error) < 1e-6


@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (3, 2), (-1, 2)])
def test_wilson_refuses_what_is_no_share(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="share"):
        wilson(successes, trials)


@given(values, st.sampled_from([0.5, 0.9]))
def test_quantiles_lie_between_their_bounds(found: list[float], share: float) -> None:
    ordered = sorted(found)
    value, bounds = quantile(ordered, share), quantile_interval(ordered, share)
    assert ordered[0] <= value <= ordered[-1] or abs(value - ordered[0]) < 1e-6
    if bounds:
        assert bounds[0] <= value + 1e-6
        assert value <= bounds[1] + 1e-6


def test_the_interval_of_a_median_needs_values_on_both_sides() -> None:
    assert quantile_interval(list(range(5)), 0.5) is None
    # n = 25: ranks 12.5 -+ 4.9, rounded outward, the upper one plus 1: the 7th and the 19th.
    assert quantile_interval([float(n) for n in range(1, 26)], 0.5) == (7.0, 19.0)


@given(values)
def test_measures_of_values(found: list[float]) -> None:
    measure = of_values(found, Statistic.MEDIAN, rows=len(found) + 3)
    assert measure.value == pytest.approx(median(found))
    assert (measure.sample, measure.denominator) == (len(found), len(found) + 3)
    assert measure.enough == (len(found) >= 10)
    mean = of_values(found, Statistic.MEAN, rows=len(found))
    exact = sum(Fraction(value) for value in found) / len(found)
    assert mean.value == pytest.approx(float(exact))
    assert (mean.low is None) == (len(found) < 30)


def test_nothing_is_no_number() -> None:
    assert of_counts(0, 0).value is None
    assert not of_counts(0, 0).enough
    assert of_values([], Statistic.P90, rows=4).value is None
    assert of_sum(0, 0).enough


@given(st.sampled_from(sorted(METRICS)), st.floats(0, 1e6))
def test_a_target_is_met_on_its_good_side(key: str, value: float) -> None:
    definition = METRICS[key].definition
    assume(definition.target is not None and value != definition.target)
    above = value > (definition.target or 0)
    assert definition.meets(value) == (above == (definition.better == Better.UP))


def test_the_target_itself() -> None:
    assert METRICS["conversion"].definition.meets(0.4) is False
    assert METRICS["follow-up"].definition.meets(1.0) is True
    assert METRICS["follow-up"].definition.meets(None) is None
