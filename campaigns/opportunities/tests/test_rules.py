"""Money, and why a deal may be lost."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.opportunities.rules import (
    Flag,
    PutOff,
    Risk,
    Standing,
    in_dollars,
    put_off,
    risks,
    weighted,
)

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
TODAY = date(2026, 11, 28)
SAFE = Standing(
    involved=3,
    has_decision_maker=True,
    heard_at=NOW - timedelta(days=2),
    opened_at=NOW - timedelta(days=60),
    quiet_after_days=14,
    close_on=TODAY + timedelta(days=20),
    close_moves=0,
    next_step="Call",
    open_objections=0,
)


def told(**said: object) -> list[Flag]:
    return risks(replace(SAFE, **said), now=NOW, today=TODAY)  # type: ignore[arg-type]


def test_nothing_is_said_of_a_deal_that_goes_well() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("said", "flag"),
    [
        ({"close_on": TODAY - timedelta(days=1)}, Flag(Risk.OVERDUE, 1)),
        ({"heard_at": NOW - timedelta(days=14)}, Flag(Risk.SILENT, 14)),
        ({"heard_at": None}, Flag(Risk.SILENT, 60)),
        ({"late_requests": 2}, Flag(Risk.LATE_SUPPORT, 2)),
        ({"has_decision_maker": False}, Flag(Risk.NO_DECISION_MAKER)),
        ({"open_objections": 2}, Flag(Risk.OPEN_OBJECTION, 2)),
        ({"close_moves": 3}, Flag(Risk.RESTLESS_DATE, 3)),
        ({"involved": 1}, Flag(Risk.SINGLE_THREADED, 1)),
        ({"involved": 0, "has_decision_maker": False}, Flag(Risk.SINGLE_THREADED)),
        ({"close_on": None}, Flag(Risk.NO_DATE)),
        ({"next_step": ""}, Flag(Risk.NO_NEXT_STEP)),
    ],
)
def test_each_risk_is_told_with_its_number(said: dict[str, object], flag: Flag) -> None:
    assert told(**said) == [flag]


@pytest.mark.parametrize(
    "said",
    [
        {"close_on": TODAY},
        {"heard_at": NOW - timedelta(days=13, hours=23)},
        {"close_moves": 2},
        {"involved": 2},
    ],
)
def test_just_below_the_limit_nothing_is_told(said: dict[str, object]) -> None:
    assert told(**said) == []


def test_half_a_cent_is_rounded_up() -> None:
    assert in_dollars(Decimal("0.05"), Decimal("1.1")) == Decimal("0.06")
    assert in_dollars(None, Decimal(2)) == 0


@given(st.decimals(0, 10**12, places=2), st.integers(0, 100))
def test_a_weighted_amount_is_no_more_than_the_amount(amount: Decimal, percent: int) -> None:
    assert 0 <= weighted(amount, percent) <= amount
    assert weighted(amount, 100) == amount
    assert weighted(amount, 0) == 0


DEC, JAN, FEB, MARCH = date(2026, 12, 10), date(2027, 1, 10), date(2027, 2, 1), date(2027, 3, 1)


@pytest.mark.parametrize(
    ("dates", "times"),
    [
        ([DEC, JAN, FEB, MARCH], 3),
        ([DEC, JAN, FEB, MARCH, date(2026, 12, 5)], 0),
        ([DEC, JAN, FEB, MARCH, DEC], 0),
        ([DEC, JAN, FEB, MARCH, DEC, JAN], 1),
        ([DEC, MARCH, FEB], 1),
        ([None, DEC, None, JAN], 1),
        ([], 0),
    ],
)
def test_put_offs_count_while_the_date_is_later_than_the_first(
    dates: list[date | None], times: int
) -> None:
    first = next((day for day in dates if day), None)
    assert put_off(dates) == PutOff(times, first)


@given(st.lists(st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1))))
def test_a_date_no_later_than_the_first_was_not_put_off(dates: list[date | None]) -> None:
    known = [day for day in dates if day]
    found = put_off(dates)
    assert 0 <= found.times < max(len(known), 1)
    if known:
        assert (found.times > 0) == (known[-1] > known[0])
