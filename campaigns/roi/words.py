"""Results as people read them, in the language of the page."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext

from alignment.core.figures import percent

from .rules.content import Input

SYMBOLS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "CAD": "CA$",
    "CHF": "CHF",
    "AUD": "A$",
    "JPY": "¥",
    "MXN": "MX$",
}
# It does not break, as French sets it.
SPACE = "\u00a0"


def result_words(value: float | None, unit: str, currency: str) -> str:
    """ "$1,250", "25%", "7.5 months"; a dash for no result."""
    if value is None:
        return "—"
    if unit == "money":
        return _money(value, currency)
    if unit == "percent":
        share = value * 100
        if abs(share) < 10:
            return _percent_tenths(share)
        return percent(share).replace("-", "\u2212")
    if unit == "months":
        number = _number(value, 1)
        return ngettext("%(number)s month", "%(number)s months", 1 if value == 1 else 2) % {
            "number": number
        }
    return _number(value, 2)


def unit_words(each: Input, currency: str) -> str:
    """What stands behind the field of an input: $, %, or what months are called."""
    if each.unit == "money":
        return SYMBOLS[currency]
    if each.unit == "months":
        return ngettext("month", "months", 2)
    return "%" if each.unit == "percent" else ""


def plain(value: float) -> str:
    """A number as its field holds it: a point, no grouping, no zeros behind."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def grouped(value: float) -> str:
    """A number in full with the separators of the language, as people may type it."""
    decimals = len(plain(value).partition(".")[2])
    return str(number_format(value, decimals, force_grouping=True))


def _number(value: float, decimals: int) -> str:
    """Grouped; from a hundred on nobody reads decimals."""
    places = 0 if abs(value) >= 100 or round(value, decimals) == int(value) else decimals
    text = str(number_format(round(value, places) + 0.0, places, force_grouping=True))
    return text.replace("-", "\u2212")


def _money(value: float, currency: str) -> str:
    sign, amount, symbol = "\u2212" if value < 0 else "", _number(abs(value), 2), SYMBOLS[currency]
    if get_language() == "fr":
        return f"{sign}{amount}{SPACE}{symbol}"
    return f"{sign}{symbol}{SPACE if symbol.isalpha() else ''}{amount}"


def _percent_tenths(share: float) -> str:
    return f"{_number(share, 1)}{SPACE if get_language() == 'fr' else ''}%"
