"""Credits sum to the cent, and changes have consistent intervals."""

from datetime import UTC, datetime, timedelta
from math import isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.metrics.rules import of_ratio
from alignment.metrics.rules.attribution import Deal, Model, Touched, attribute, credit, split
from alignment.metrics.rules.comparison import Change, Figure, change
from alignment.metrics.rules.frame import Better

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def touched(channel: str, campaign: int | None, count: int, first: int, last: int) -> Touched:
    hours = sorted((first, last))
    return Touched(channel, campaign, count, *(NOON + timedelta(hours=h) for h in hours))


touches = st.lists(
    st.builds(
        touched,
        st.sampled_from(["email", "call", "nurture"]),
        st.none() | st.integers(1, 3),
        st.integers(1, 9),
        st.integers(0, 50),
        st.integers(0, 50),
    ),
    max_size=6,
    unique_by=lambda t: (t.channel, t.campaign),
)
deals = st.lists(st.builds(Deal, st.integers(0, 10**12), touches), max_size=20)


@given(deals, st.sampled_from(Model))
def test_credits_sum_to_the_cent(given_deals: list[Deal], model: Model) -> None:
    total = sum(deal.cents for deal in given_deals)
    channels = attribute(given_deals, model, lambda t: t and t.channel)
    campaigns = attribute(given_deals, model, lambda t: t and t.campaign)
    assert sum(c.cents for c in channels.values()) == total
    assert sum(c.cents for c in campaigns.values()) == total
    untouched = [deal.cents for deal in given_deals if not deal.touched]
    assert (channels[None].cents if None in channels else 0) == sum(untouched)


@given(touches.filter(bool), st.randoms())
def test_the_order_of_rows_changes_no_credit(rows: list[Touched], random: Random) -> None:
    other = list(rows)
    random.shuffle(other)
    for model in Model:
        assert sorted(credit(Deal(1001, rows), model), key=repr) == sorted(
            credit(Deal(1001, other), model), key=repr
        )


@given(st.integers(0, 10**13), st.lists(st.integers(1, 100), min_size=1, max_size=9))
def test_a_split_is_within_a_cent_of_its_weight(cents: int, weights: list[int]) -> None:
    parts = split(cents, weights)
    assert sum(parts) == cents
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - cents * weight) < sum(weights)


def test_first_last_and_even_differ() -> None:
    early, late = touched("email", 1, 1, 0, 1), touched("call", 2, 2, 5, 9)
    deal = Deal(100, [late, early])
    assert credit(deal, Model.FIRST) == [(early, 100)]
    assert credit(deal, Model.LAST) == [(late, 100)]
    assert sorted(c for _t, c in credit(deal, Model.EVEN)) == [33, 67]


def test_nothing_weighs() -> None:
    with pytest.raises(ValueError, match="weigh"):
        split(5, [])


amounts = st.floats(0.1, 1e6)


@given(amounts, st.floats(0.01, 0.9), amounts, st.floats(0.01, 0.9))
def test_the_interval_holds_the_change_and_widens_with_both(
    now: float, spread: float, before: float, other: float
) -> None:
    today = Figure(now, now * (1 - spread), now * (1 + spread))
    exact = change(today, Figure(before))
    found = change(today, Figure(before, before * (1 - other), before * (1 + other)))
    assert exact is not None
    assert found is not None
    for one in (exact, found):
        assert one.low is not None
        assert one.high is not None
        assert one.low <= one.share <= one.high
    assert found.low <= exact.low  # type: ignore[operator]
    assert found.high >= exact.high  # type: ignore[operator]
    # Against an exact figure the interval is today's, divided by that figure.
    assert isclose(1 + exact.low, today.low / before, rel_tol=1e-9)  # type: ignore[operator]


def test_no_interval_where_none_holds() -> None:
    assert change(Figure(1, 0.5, 2), Figure(0)) is None
    assert change(Figure(0, 0, 0.3), Figure(0.2)) == Change(-1)
    assert change(Figure(1), Figure(2)) == Change(-0.5)
    assert change(Figure(1, -1, 3), Figure(2)) == Change(-0.5)
    assert not Change(-0.5).is_clear


def test_reaching_a_target() -> None:
    assert Change(-0.15).reaches(-0.15, Better.DOWN)
    assert not Change(-0.14).reaches(-0.15, Better.DOWN)
    assert Change(0.2, 0.1, 0.3).reaches(0.15, Better.UP)
    assert Change(0.2, 0.1, 0.3).is_clear
    assert not Change(0.2, -0.1, 0.3).is_clear


def test_byars_interval_against_the_exact_one() -> None:
    stats = pytest.importorskip("scipy.stats")
    for count in (5, 10, 40, 500):
        found = of_ratio(1000, count, count + 1)
        assert found.value == 1000 / count
        low, high = stats.chi2.ppf(0.025, 2 * count) / 2, stats.chi2.ppf(0.975, 2 * count + 2) / 2
        assert found.low == pytest.approx(1000 / high, rel=0.01)
        assert found.high == pytest.approx(1000 / low, rel=0.01)


def test_a_cost_without_money_or_deals_is_no_number() -> None:
    assert of_ratio(0, 20, 20).value is None
    assert of_ratio(500, 0, 3).value is None
    assert not of_ratio(500, 9, 10).enough
