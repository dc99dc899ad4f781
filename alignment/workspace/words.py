"""Numbers as people say them: "50–200", "5,000+", "$36.9M"."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.formats import number_format
from django.utils.translation import gettext

_UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))
# Below this every digit is worth reading.
ABBREVIATE_FROM = 100_000
Say = Callable[[int], str]


def whole(number: int) -> str:
    """With the separators of the language."""
    return str(number_format(number, force_grouping=True))


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


def dollars(number: int) -> str:
    return gettext("$%(amount)s") % {"amount": short(number)}


def employees_range(low: int | None, high: int | None) -> str:
    """Empty while nobody knows."""
    return _range(low, high, people)


def dollar_range(low: int | None, high: int | None) -> str:
    """Empty while nobody knows."""
    return _range(low, high, dollars)


def _range(low: int | None, high: int | None, say: Say) -> str:
    if low is None and high is None:
        return ""
    if low is None and high is not None:
        return gettext("up to %(number)s") % {"number": say(high)}
    if high is None and low is not None:
        return gettext("%(number)s+") % {"number": say(low)}
    assert low is not None
    assert high is not None
    first, last = say(low), say(high)
    return first if first == last else f"{first}–{last}"


def capped(number: int, most: int) -> str:
    """ "10,000+" once counting stopped."""
    if number > most:
        return gettext("%(number)s+") % {"number": whole(most)}
    return whole(number)
