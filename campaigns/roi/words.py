"""Results as text, in the language of the page."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from alignment.core.figures import SYMBOLS, money, number, percent, plural_of

from .rules.content import Input


def result_words(value: float | None, unit: str, currency: str) -> str:
    """ "$1,250", "25%", "7.5 months", or a text that says there is no result."""
    if value is None:
        return gettext("no result with these numbers")
    if unit == "money":
        return money(value, currency, _places(value, 2))
    if unit == "percent":
        share = value * 100
        return percent(share, 1 if abs(share) < 10 else 0)
    if unit == "months":
        text = number(value, _places(value, 1))
        return ngettext("%(number)s month", "%(number)s months", plural_of(value)) % {
            "number": text
        }
    return number(value, _places(value, 2))


def unit_words(each: Input, currency: str) -> str:
    """The text after the field of an input: $, %, or the word for months."""
    if each.unit == "money":
        return SYMBOLS[currency]
    if each.unit == "months":
        return ngettext("month", "months", 2)
    return "%" if each.unit == "percent" else ""


def plain(value: float) -> str:
    """A number for a form field: decimal point, no grouping, no trailing zeros."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def grouped(value: float) -> str:
    """A number in full with the separators of the locale, a format that the parser accepts."""
    decimals = len(plain(value).partition(".")[2])
    return str(number_format(value, decimals, force_grouping=True))


def _places(value: float, decimals: int) -> int:
    """Values from a hundred on are shown without decimals."""
    return 0 if abs(value) >= 100 else decimals
