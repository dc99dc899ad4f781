"""Results as text, in both languages."""

import pytest
from django.utils import translation

from alignment.core.figures import SYMBOLS, decimal_comma
from campaigns.opportunities.rules import CURRENCIES
from campaigns.roi.rules.reckoning import number_of
from campaigns.roi.words import grouped, plain, result_words


@pytest.mark.parametrize(
    ("value", "unit", "currency", "english", "french"),
    [
        (1250.4, "money", "USD", "$1,250", "1 250 $"),
        (-1250, "money", "EUR", "\u2212€1,250", "\u22121 250 €"),
        (9.5, "money", "USD", "$9.50", "9,50 $"),
        (12, "money", "CHF", "CHF 12", "12 CHF"),
        (0.256, "percent", "USD", "26%", "26 %"),
        (0.025, "percent", "USD", "2.5%", "2,5 %"),
        (-7, "percent", "USD", "\u2212700%", "\u2212700 %"),
        (12.346, "percent", "USD", "1,235%", "1 235 %"),
        (1234.567, "number", "USD", "1,235", "1 235"),
        (1.25, "number", "USD", "1.25", "1,25"),
        (None, "money", "USD", "no result with these numbers", "pas de résultat avec ces chiffres"),
    ],
)
def test_results_read_as_people_write_them(
    value: float | None, unit: str, currency: str, english: str, french: str
) -> None:
    for language, expected in (("en", english), ("fr", french)):
        with translation.override(language):
            found = result_words(value, unit, currency)
        for space in ("\u00a0", "\u202f"):
            found = found.replace(space, " ")
        assert found == expected


def test_every_currency_has_its_sign() -> None:
    assert set(SYMBOLS) == set(CURRENCIES)


@pytest.mark.parametrize(
    ("value", "text"),
    [(5.0, "5"), (0.5, "0.5"), (1e12, "1000000000000"), (-0.25, "-0.25"), (0, "0")],
)
def test_fields_hold_numbers_that_they_can_read_again(value: float, text: str) -> None:
    assert plain(value) == text
    for language in ("en", "fr"):
        with translation.override(language):
            assert number_of(grouped(value), decimal_comma()) == value
