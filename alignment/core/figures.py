"""Figures as people write them, in the language of the page: "1,450", "36.9M", "$1.2B"."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.formats import get_format, number_format
from django.utils.translation import get_language, gettext

_UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))
# English puts the symbol before the number, French after it.
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
# No-break space, as French typography requires.
SPACE = "\u00a0"
MINUS = "\u2212"
# Below this, every digit is worth reading.
ABBREVIATE_FROM = 100_000


def whole(number: int) -> str:
    """A whole number with the thousands separators of the language."""
    return str(number_format(number, force_grouping=True))


def number(value: float | Decimal, decimals: int = 0) -> str:
    """Rounded and grouped: "1,234.5". A whole number has no decimals."""
    # Works for floats and Decimals; a Decimal stays exact.
    rounded: Any = round(value, decimals)
    places = 0 if rounded == int(rounded) else decimals
    text = str(number_format(abs(rounded), places, force_grouping=True))
    return f"{MINUS}{text}" if rounded < 0 else text


def file_size(size: int) -> str:
    """A number of bytes, in steps of 1,024: "200 MB", "36,5 Mo" in French."""
    units = ("o", "ko", "Mo", "Go") if _is_french() else ("B", "KB", "MB", "GB")
    power = min(max(size.bit_length() - 1, 0) // 10, len(units) - 1)
    return f"{number(size / 1024**power, 1)}{SPACE}{units[power]}"


# How the numbers of the United States and of France are read out; others stay as they are written.
_READ_OUT = (
    (re.compile(r"\+1(\d{3})(\d{3})(\d{4})"), r"+1 \1 \2 \3"),
    (re.compile(r"\+33(\d)(\d\d)(\d\d)(\d\d)(\d\d)"), r"+33 \1 \2 \3 \4 \5"),
)


def telephone(number: str) -> str:
    """A telephone number in groups: "+1 617 555 0142" from its E.164 form."""
    for digits, groups in _READ_OUT:
        if found := digits.fullmatch(number):
            return found.expand(groups).replace(" ", SPACE)
    return number


def plural_of(value: float) -> int:
    """The number that selects a noun's plural form: 1.5 days, but 1,5 jour."""
    if value == int(value):
        return int(value)
    return 1 if _is_french() and abs(value) < 2 else 2


def _is_french() -> bool:
    return (get_language() or "").startswith("fr")


def decimal_comma() -> bool:
    """Whether the language writes 1.5 as 1,5."""
    return bool(get_format("DECIMAL_SEPARATOR") == ",")


def short(number: int) -> str:
    """At most three digits and a letter: 36.9M."""
    for index, (size, _letter) in enumerate(_UNITS):
        if number >= size:
            digits = _three_digits(number, size)
            if digits >= 1000 and index:  # 999,950 is a million, not 1000K
                return _with_unit(1, _UNITS[index - 1][1])
            return _with_unit(digits, _UNITS[index][1])
    return whole(number)


def _three_digits(number: int, size: int) -> float:
    value = number / size
    return round(value) if value >= 100 else round(value, 1)


def _with_unit(value: float, letter: str) -> str:
    text = number_format(int(value) if value == int(value) else value)
    units = {
        "K": gettext("%(number)sK"),
        "M": gettext("%(number)sM"),
        "B": gettext("%(number)sB"),
        "T": gettext("%(number)sT"),
    }
    return units[letter] % {"number": text}


def capped(number: int, most: int) -> str:
    """ "10,000+" if counting stopped at the limit."""
    if number > most:
        return gettext("%(number)s+") % {"number": whole(most)}
    return whole(number)


def people(number: int) -> str:
    return short(number) if number >= ABBREVIATE_FROM else whole(number)


def percent(share: float, decimals: int = 0) -> str:
    """ "56%", "1,235%"; French puts a space before the sign."""
    return gettext("%(number)s%%") % {"number": number(share, decimals)}


def share(part: int, whole: int) -> int:
    """Percentage of a `whole` above zero, rounded half up; 100 only for all, 0 only for none."""
    rounded = (200 * part + whole) // (2 * whole)
    return min(max(rounded, 1), 99) if 0 < part < whole else rounded


def dollars(number: int) -> str:
    """As short as possible: "$48K", "48 k$"."""
    sign = MINUS if number < 0 else ""
    return sign + in_currency(short(abs(number)))


def money(amount: float | Decimal, currency: str = "USD", decimals: int = 0) -> str:
    """In full: "$12,500", "12 500 €"."""
    text = number(amount, decimals)
    words = in_currency(text.removeprefix(MINUS), currency)
    return f"{MINUS}{words}" if text.startswith(MINUS) else words


def in_currency(amount: str, currency: str = "USD") -> str:
    """A formatted amount with the currency symbol on the side where the language puts it."""
    symbol = SYMBOLS.get(currency, currency)
    if _is_french():
        # "12 500 $", but "48 k$": French sets no space between a unit letter and the symbol.
        return f"{amount}{'' if amount[-1:].isalpha() else SPACE}{symbol}"
    return f"{symbol}{SPACE if symbol.isalpha() else ''}{amount}"


def symbol_first() -> bool:
    """Whether the language writes the currency before the amount."""
    return not _is_french()


def people_range(low: int | None, high: int | None) -> str:
    """ "50–200", "5,000+"; empty if both bounds are unknown."""
    return _range(low, high, people)


def dollar_range(low: int | None, high: int | None) -> str:
    """ "$10M–$50M"; empty if both bounds are unknown."""
    return _range(low, high, dollars)


def _range(low: int | None, high: int | None, say: Callable[[int], str]) -> str:
    if low is None:
        return "" if high is None else gettext("up to %(number)s") % {"number": say(high)}
    if high is None:
        return gettext("%(number)s+") % {"number": say(low)}
    first, last = say(low), say(high)
    return first if first == last else f"{first}–{last}"
