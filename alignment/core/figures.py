"""Figures as people say them, in the language of the page: "1,450", "36.9M", "$1.2B"."""

from __future__ import annotations

from django.utils.formats import get_format, number_format
from django.utils.translation import gettext

_UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))
# Below this every digit is worth reading.
ABBREVIATE_FROM = 100_000


def whole(number: int) -> str:
    """With the separators of the language."""
    return str(number_format(number, force_grouping=True))


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


def people(number: int) -> str:
    return short(number) if number >= ABBREVIATE_FROM else whole(number)


def percent(share: float) -> str:
    """ "56%"; French puts a space before the sign."""
    return gettext("%(number)s%%") % {"number": round(share)}


def share(part: int, whole: int) -> int:
    """Percent of a whole above zero, half up; 100 only for all of it, 0 only for none."""
    rounded = (200 * part + whole) // (2 * whole)
    return min(max(rounded, 1), 99) if 0 < part < whole else rounded


def dollars(number: int) -> str:
    return gettext("$%(amount)s") % {"amount": short(number)}
