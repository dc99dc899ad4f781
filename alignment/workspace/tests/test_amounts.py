"""Typed amounts, and what leaves in files."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import translation
from django.utils.formats import date_format, localize
from hypothesis import given
from hypothesis import strategies as st

from alignment.reference.numbers import Whole
from alignment.workspace.amounts import AmountField, RangeField
from alignment.workspace.exports import _cell

ENDS = st.none() | st.integers(0, 10**14)


@given(ENDS, ENDS, st.booleans())
def test_a_range_survives_its_own_spelling(low: int | None, high: int | None, money: bool) -> None:
    if low is not None and high is not None and low > high:
        low, high = high, low
    field = RangeField(money=money)
    assert field.clean(field.prepare_value(Whole(low, high))) == Whole(low, high)


@given(st.integers(0, 10**14))
def test_an_amount_survives_its_own_spelling(amount: int) -> None:
    field = AmountField(money=True)
    assert field.clean(field.prepare_value(amount)) == amount


@pytest.mark.parametrize("nonsense", ["many", "-5", "10-", "9e99", "1" * 60])
def test_what_is_no_number_is_said_to_be_none(nonsense: str) -> None:
    with pytest.raises(ValidationError):
        RangeField().clean(nonsense)


def test_one_amount_is_no_range() -> None:
    with pytest.raises(ValidationError):
        AmountField(money=True).clean("10M-20M")


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "\n=1", "＝1"])
def test_formulas_leave_as_text(formula: str) -> None:
    assert _cell(formula, with_comma=False) == f"'{formula}"


def test_months_are_months_in_french() -> None:
    """A msgid that equals an English month name would change the translation of that month."""
    with translation.override("fr"):
        names = [date_format(date(2026, month, 1), "F") for month in range(1, 13)]
    assert names == [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ]


def test_french_months_are_abbreviated_as_in_french() -> None:
    with translation.override("fr"):
        said = [date_format(date(2026, month, 2), "MONTH_DAY_FORMAT") for month in (1, 2, 12)]
    assert said == ["2 janv.", "2 févr.", "2 déc."]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (1, ["1er décembre 2026", "1er décembre 2026 à\u00a008:30", "1er déc.", "01/12/2026"]),
        (2, ["2 décembre 2026", "2 décembre 2026 à\u00a008:30", "2 déc.", "02/12/2026"]),
        (21, ["21 décembre 2026", "21 décembre 2026 à\u00a008:30", "21 déc.", "21/12/2026"]),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_in_french(day: int, said: list[str]) -> None:
    formats = ("DATE_FORMAT", "DATETIME_FORMAT", "MONTH_DAY_FORMAT", "SHORT_DATE_FORMAT")
    moment = datetime(2026, 12, day, 8, 30, tzinfo=UTC)
    with translation.override("fr"):
        assert [date_format(moment, name) for name in formats] == said
        assert Template("{{ day|date:'DATE_FORMAT' }}").render(Context({"day": moment})) == said[0]
        assert localize(moment.date()) == said[0]
    with translation.override("en"):
        assert date_format(moment, "jS") == {1: "1st", 2: "2nd", 21: "21st"}[day]
        assert date_format(moment, "DATE_FORMAT") == f"Dec {day}, 2026"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("500 €", "This is in EUR. Write it in US dollars."),
        ("EUR 300", "This is in EUR. Write it in US dollars."),
        ("2500 GBP", "This is in GBP. Write it in US dollars."),
        ("€60k", "This is in EUR. Write it in US dollars."),
        ("12.50", "Write whole dollars, without cents."),
        ("-100", "Write one amount of 0 or more, such as 500 or 10M."),
        ("abc", "Write one amount of 0 or more, such as 500 or 10M."),
    ],
)
def test_what_is_no_amount_of_whole_dollars_is_told(text: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        AmountField(money=True).clean(text)
    assert refused.value.messages == [said]


def test_a_revenue_in_euros_is_no_revenue_in_dollars() -> None:
    with pytest.raises(ValidationError):
        RangeField(money=True).clean("10M€-20M€")
    for text in ("$1.5M", "1.5M USD", "$10M-$20M"):
        assert RangeField(money=True).clean(text)
    # Employees have no currency.
    assert RangeField().clean("50-200") == (50, 200)


def test_sums_leave_without_their_noise() -> None:
    assert _cell(92112.00000000001, with_comma=False) == 92112.0
    assert _cell(9060.716666666667, with_comma=True) == "9060,716667"
    assert _cell(0.4, with_comma=False) == 0.4
