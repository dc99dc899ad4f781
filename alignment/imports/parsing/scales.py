"""The unit of a column's bare numbers: ones, thousands, millions, billions."""

# ruff: noqa: SIM905 - lists of words read better without quotes

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from statistics import median

from alignment.imports.parsing.fields import spells_magnitude
from alignment.reference.numbers import NotANumber, parse_interval
from alignment.reference.rules import fold

# The unit can't be determined, so a person has to choose it.
UNKNOWN_SCALE = 0
SCALES = (1, 1_000, 1_000_000, 1_000_000_000)
# If half of a list's companies have less yearly revenue than this, the unit is thousands or
# millions, or they are the smallest of shops.
SMALL_REVENUE = 1_000_000
# No company has this much revenue: under "Revenue (M)", 36900000 was already written out.
LARGE_REVENUE = 10**12

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORDS = {
    1_000_000_000: "billion billions bn b bil bln milliard milliards mrd mds md".split(),
    1_000_000: "million millions mio mn mln mil mill mm m musd meur".split(),
    1_000: "thousand thousands k ths tsd 000 000s milliers kusd keur".split(),
}
_SCALE_OF = {word: scale for scale, words in _WORDS.items() for word in words}
# Words about how a figure was measured, not which figure it is.
_MEASURES = frozenset(
    """usd eur gbp dollar dollars euros euro us in en de d of the est estimated estimate latest last
    year fy ttm approx reported""".split()
)
_YEAR = re.compile(r"(?:fy)?(?:19|20)\d\d")
_CURRENCY = re.compile(r"[$€£]")


def header_words(header: str) -> str:
    """Splits "NAICSCode" and "num. of employees" into comparable words."""
    return fold(_WORD_START.sub(" ", header).replace("_", " "))


def without_units(words: str) -> str:
    """The figure a header names: "est revenue 2023 usd m" -> "revenue". Never empty."""
    kept = [word for word in words.split() if not _is_measure(word)]
    return " ".join(kept) or words


def _is_measure(word: str) -> bool:
    return word in _MEASURES or word in _SCALE_OF or _YEAR.fullmatch(word) is not None


def header_scale(header: str) -> int:
    """The unit given in a header; 1 if it gives none."""
    # "$M" and "k€" are two words.
    words = header_words(_CURRENCY.sub(" ", header)).split()
    return next((_SCALE_OF[word] for word in words[1:] if word in _SCALE_OF), 1)


def guess_scale(header: str, field: str, values: Sequence[str]) -> int:
    """The unit of a column's numbers; `UNKNOWN_SCALE` if its header gives none and the values are
    implausible as they are."""
    said, bare = header_scale(header), list(_bare(values))
    if said != 1:
        return said if not bare or median(bare) * said < LARGE_REVENUE else UNKNOWN_SCALE
    if field == "revenue" and bare and median(bare) < SMALL_REVENUE:
        return UNKNOWN_SCALE
    # There is no tenth of an employee.
    if field == "employees" and 2 * sum(number % 1 != 0 for number in bare) > len(bare):
        return UNKNOWN_SCALE
    return 1


def _bare(values: Iterable[str]) -> Iterable[Decimal]:
    """Numbers that do not spell their magnitude; the upper end of ranges."""
    for text in values:
        if spells_magnitude(text):
            continue
        try:
            interval = parse_interval(text)
        except NotANumber:
            continue
        number = interval and (interval.high if interval.high is not None else interval.low)
        if number:
            yield number
