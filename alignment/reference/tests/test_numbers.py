import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.reference.numbers import (
    Interval,
    NotANumber,
    Whole,
    currency_of,
    guess_decimal_comma,
    parse_interval,
    parse_number,
    whole,
)


def exactly(value: str) -> Interval:
    return Interval(Decimal(value), Decimal(value))


def between(low: str | None, high: str | None) -> Interval:
    return Interval(Decimal(low) if low else None, Decimal(high) if high else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("36.9 Million", exactly("36900000")),
        ("$1.2B", exactly("1200000000")),
        ("1,450", exactly("1450")),
        ("1 450,5", exactly("1450.5")),
        ("1\u202f450,5", exactly("1450.5")),
        ("1’450", exactly("1450")),
        ("€3.4m", exactly("3400000")),
        ("1.5 Md€", exactly("1500000000")),
        ("3 400 k€", exactly("3400000")),
        ("10k", exactly("10000")),
        ("50-200", between("50", "200")),
        ("51 to 200", between("51", "200")),
        ("de 50 à 200 salariés", between("50", "200")),
        ("entre 5 et 9", between("5", "9")),
        ("11\u201350", between("11", "50")),
        ("1000+", between("1000", None)),
        ("10,001+ employees", between("10001", None)),
        ("20 or more", between("20", None)),
        ("plus de 500", between("500", None)),
        ("au moins 20", between("20", None)),
        ("> 5M", between("5000000", None)),
        ("5,000 - 10,000 employees", between("5000", "10000")),
        ("a $5-10 million", between("5000000", "10000000")),
        ("d $350,000-1 million", between("350000", "1000000")),
        ("e $150,000-350,000", between("150000", "350000")),
        ("500-1k", between("500", "1000")),
        ("$5M-$10M", between("5000000", "10000000")),
        ("<50", between(None, "50")),
        ("moins de 10", between(None, "10")),
        ("under $1M", between(None, "1000000")),
        ("(123)", exactly("-123")),
        ("-5", exactly("-5")),
        ("~500", exactly("500")),
        ("1.2E+09", exactly("1200000000")),
        ("1.234.567,89", exactly("1234567.89")),
        ("1,234,567.89", exactly("1234567.89")),
        ("0,450", exactly("0.450")),
        ("1450,5", exactly("1450.5")),
        (".5", exactly("0.5")),
        ("０", None),
    ],
)
def test_reads_what_people_write(text: str, expected: Interval | None) -> None:
    if expected is None:
        with pytest.raises(NotANumber):
            parse_interval(text)
    else:
        assert parse_interval(text) == expected


@pytest.mark.parametrize(
    "text", ["", "  ", "N/A", "unknown", "-", "—", "Inconnu", "nan", "NC", "?"]
)
def test_unknown_is_none(text: str) -> None:
    assert parse_interval(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "50%",
        "10/12",
        "5 10",
        "12,34,567",
        "1.2.3.4",
        "5-",
        "--5",
        "2-1",
        "200 - ",
        "²",
        "1\0",
        "9" * 200,
        "10000 trillion",
        "<5-10",
        "1,2,3",
        "12 parsecs",
    ],
)
def test_refuses_everything_else(text: str) -> None:
    with pytest.raises(NotANumber):
        parse_interval(text)


@pytest.mark.parametrize(
    ("text", "decimal_comma", "counting", "expected"),
    [
        ("1,450", False, False, "1450"),
        ("1,450", True, False, "1.450"),
        ("1.450", False, False, "1.450"),
        ("1.450", True, False, "1450"),
        ("1.450", False, True, "1450"),
        ("1,450", True, True, "1450"),
        ("1.450 M", False, True, "1450000"),
        ("12,5", False, False, "12.5"),
    ],
)
def test_ambiguous_marks(text: str, decimal_comma: bool, counting: bool, expected: str) -> None:
    assert parse_interval(text, decimal_comma=decimal_comma, counting=counting) == exactly(expected)


def test_one_number_is_not_a_range() -> None:
    assert parse_number("1,5") == Decimal("1.5")
    assert parse_number("n/a") is None
    with pytest.raises(NotANumber):
        parse_number("1-2")


def test_whole_units_widen_a_range_and_round_a_number() -> None:
    assert whole(between("1.2", "3.4")) == Whole(1, 4)
    assert whole(exactly("1450.5")) == Whole(1451, 1451)
    assert whole(between(None, "3")) == Whole(None, 3)


def test_currency_is_named_not_converted() -> None:
    assert currency_of("€3.4m") == "EUR"
    assert currency_of("US$ 5M") == "USD"
    assert currency_of("3 M chf") == "CHF"
    assert currency_of("1,450") is None


def test_a_text_of_any_length_is_looked_at_in_no_time() -> None:
    """White space at the end is gone through from each of its places, and nobody else is served
    meanwhile."""
    long = "5 EUR" + " " * 20_000
    began = time.process_time()
    assert currency_of(long) == "EUR"
    assert currency_of(" " * 20_000) is None
    assert guess_decimal_comma([long, "1,5"])
    assert time.process_time() - began < 10


def test_a_column_shows_its_decimal_mark() -> None:
    assert guess_decimal_comma(["1,450", "12,5", "1 200,75"])
    assert not guess_decimal_comma(["1,450", "12.5"])
    assert not guess_decimal_comma(["1,450", "2,300"])


def grouped(number: Decimal, group: str, mark: str) -> str:
    units, _, tail = f"{number:,f}".partition(".")
    return units.replace(",", group) + (mark + tail if tail else "")


AMOUNTS = st.decimals(0, 10**12, places=2, allow_nan=False)


@given(AMOUNTS)
def test_american_writing_comes_back(number: Decimal) -> None:
    assert parse_interval(grouped(number, ",", ".")) == Interval(number, number)


@given(AMOUNTS, st.sampled_from([" ", "\u00a0", "\u202f", "."]))
def test_french_and_german_writing_comes_back(number: Decimal, group: str) -> None:
    text = grouped(number, group, ",")
    assert parse_interval(text, decimal_comma=True) == Interval(number, number)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from(["-", " - ", " to ", " à "]))
def test_ranges_come_back(one: int, other: int, between_them: str) -> None:
    low, high = sorted((one, other))
    expected = Interval(Decimal(low), Decimal(high))
    assert parse_interval(f"{low:,}{between_them}{high:,}") == expected


@given(st.text(max_size=30) | st.text(alphabet="0123456789.,- kmb$€+<>()'", max_size=14))
def test_any_text_is_a_range_unknown_or_refused(text: str) -> None:
    try:
        interval = parse_interval(text)
    except NotANumber:
        return
    if interval is not None and interval.low is not None and interval.high is not None:
        assert interval.low <= interval.high
