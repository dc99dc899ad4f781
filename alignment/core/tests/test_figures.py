"""Figures as people write them."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from alignment.core.figures import (
    capped,
    dollars,
    file_size,
    in_currency,
    money,
    number,
    people_range,
    percent,
    plural_of,
    share,
    telephone,
    whole,
)


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (29, 30, 97),
        (59, 63, 94),
        (1, 8, 13),
        (999, 1_000, 99),
        (1, 1_000, 1),
        (0, 3, 0),
        (3, 3, 100),
        (1, 2, 50),
    ],
)
def test_shares(part: int, whole: int, percent: int) -> None:
    assert share(part, whole) == percent


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_only_all_is_full_and_only_none_is_empty(pair: tuple[int, int]) -> None:
    part, whole = pair
    assert (share(part, whole) == 100) == (part == whole)
    assert (share(part, whole) == 0) == (part == 0)
    assert abs(share(part, whole) - 100 * part / whole) < 1


def in_both(say: Callable[[], str]) -> tuple[str, str]:
    """In English and French, with plain spaces."""
    said = []
    for language in ("en", "fr"):
        with translation.override(language):
            said.append(say().replace("\u00a0", " ").replace("\u202f", " "))
    return said[0], said[1]


@pytest.mark.parametrize(
    ("say", "english", "french"),
    [
        (lambda: whole(1450), "1,450", "1 450"),
        (lambda: number(1234.5, 1), "1,234.5", "1 234,5"),
        (lambda: number(1234.04, 1), "1,234", "1 234"),
        (lambda: number(-0.04, 1), "0", "0"),
        (lambda: number(-12.5, 1), "\u221212.5", "\u221212,5"),
        (lambda: percent(1234.5, 1), "1,234.5%", "1 234,5 %"),
        (lambda: percent(56.4), "56%", "56 %"),
        (lambda: percent(-7), "\u22127%", "\u22127 %"),
        (lambda: money(12_500), "$12,500", "12 500 $"),
        (lambda: money(-1250.5, "EUR", 2), "\u2212€1,250.50", "\u22121 250,50 €"),
        (lambda: money(Decimal("48000.00"), "CHF", 2), "CHF 48,000", "48 000 CHF"),
        (lambda: dollars(-48_000), "\u2212$48K", "\u221248 k$"),
        (lambda: in_currency("1.08", "PLN"), "PLN 1.08", "1.08 PLN"),
    ],
)
def test_figures_in_both_languages(say: Callable[[], str], english: str, french: str) -> None:
    assert in_both(say) == (english, french)


@pytest.mark.parametrize(("value", "english", "french"), [(1, 1, 1), (1.5, 2, 1), (2.5, 2, 2)])
def test_the_form_of_a_noun(value: float, english: int, french: int) -> None:
    for language, expected in (("en", english), ("fr", french)):
        with translation.override(language):
            assert plural_of(value) == expected


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (None, None, ""),
        (50, 200, "50–200"),
        (1450, 1450, "1,450"),
        (5000, None, "5,000+"),
        (None, 50, "up to 50"),
        (250_000, None, "250K+"),
    ],
)
def test_employees(low: int | None, high: int | None, said: str) -> None:
    assert people_range(low, high) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "$0"),
        (999, "$999"),
        (36_900_000, "$36.9M"),
        (1_200_000_000, "$1.2B"),
        (999_950_000, "$1B"),
        (150_000, "$150K"),
    ],
)
def test_dollars(amount: int, said: str) -> None:
    assert dollars(amount) == said


def test_counting_stops() -> None:
    assert capped(10_000, 10_000) == "10,000"
    assert capped(10_001, 10_000) == "10,000+"


@pytest.mark.parametrize(
    ("size", "english", "french"),
    [
        (0, "0 B", "0 o"),
        (1023, "1,023 B", "1 023 o"),
        (1024, "1 KB", "1 ko"),
        (38_273_024, "36.5 MB", "36,5 Mo"),
        (200 * 1024**2, "200 MB", "200 Mo"),
        (5 * 1024**4, "5,120 GB", "5 120 Go"),
    ],
)
def test_a_size_has_no_decimal_that_says_nothing(size: int, english: str, french: str) -> None:
    for language, said in (("en", english), ("fr", french)):
        with translation.override(language):
            shown = file_size(size)
        assert shown.replace("\u00a0", " ").replace("\u202f", " ") == said


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+16175550142", "+1 617 555 0142"),
        ("+33612345678", "+33 6 12 34 56 78"),
        ("+442079460958", "+442079460958"),
        ("(617) 555-0142 ext. 3", "(617) 555-0142 ext. 3"),
        ("+1617555014", "+1617555014"),
        ("", ""),
    ],
)
def test_a_telephone_number_is_read_in_groups(number: str, shown: str) -> None:
    assert telephone(number).replace("\u00a0", " ") == shown
