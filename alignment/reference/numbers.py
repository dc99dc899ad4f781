"""Amounts and counts as people write them: "$1.2B", "1 450,5", "51 to 200", "1000+".

Separator rules, in this order (``decimal_comma`` is the reader's choice for the
column, French style; without it US style):

1. Spaces and apostrophes between digits group thousands; a comma or point in
   such a number is the decimal mark.
2. With both "," and "." the last one is the decimal mark, the other groups.
3. The same mark twice or more groups thousands.
4. One mark followed by anything but three digits, or after a lone 0, is decimal.
5. One mark followed by exactly three digits ("1,450" or "1.450") is ambiguous:
   in a count of people it groups; otherwise "," groups and "." is decimal, or the
   other way round with ``decimal_comma``.

Groups must have three digits, otherwise the text is not a number. In a range a
magnitude written once serves both ends ("$5-10 million"), unless that would turn
the range around ("500-1k").
"""

# ruff: noqa: SIM905 - lists of words read better without quotes

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple


class NotANumber(ValueError):
    """The text is neither a number, nor a range, nor a word for "unknown"."""


class Interval(NamedTuple):
    """A closed range; ``None`` is an open end. A single number has ``low == high``."""

    low: Decimal | None
    high: Decimal | None


class Whole(NamedTuple):
    """An interval in whole units (people, dollars)."""

    low: int | None
    high: int | None


UNKNOWN_WORDS = frozenset(
    (
        *"- -- --- . .. ... ? ?? / n/a n.a. n.a na #n/a #n/d n/d n.d. nd nc n.c. n/c".split(),
        *"none null nil nan unknown undisclosed undefined unspecified tbd tbc private".split(),
        *"(blank) (none) (null) inconnu inconnue néant vide".split(),
        *("non communiqué", "non communique", "non renseigné", "non renseigne"),
        *("non disponible", "not available", "not applicable", "not disclosed", "not specified"),
    )
)

LONGEST = 80
LARGEST = Decimal(10) ** 15

_K, _M, _G, _T = (Decimal(10) ** n for n in (3, 6, 9, 12))
_SCALES: dict[str, Decimal] = {
    **dict.fromkeys(("k", "thousand", "thousands", "mille", "milliers"), _K),
    **dict.fromkeys(("m", "mm", "mn", "mio", "mln", "million", "millions"), _M),
    **dict.fromkeys(("b", "bn", "bln", "billion", "billions"), _G),
    **dict.fromkeys(("md", "mds", "mrd", "milliard", "milliards"), _G),
    **dict.fromkeys(("t", "tn", "trillion", "trillions"), _T),
}
_CURRENCIES: dict[str, str] = {
    **dict.fromkeys(("us$", "$", "usd", "dollar", "dollars"), "USD"),
    **dict.fromkeys(("€", "eur", "euro", "euros"), "EUR"),
    **dict.fromkeys(("£", "gbp"), "GBP"),
    **dict.fromkeys(("c$", "ca$", "cad"), "CAD"),
    **dict.fromkeys(("¥", "jpy"), "JPY"),
    **dict.fromkeys(("a$", "aud"), "AUD"),
    **dict.fromkeys(("₹", "inr"), "INR"),
    "chf": "CHF",
}
_NOUNS = frozenset(
    """employees employee people persons person staff fte ftes jobs seats users headcount
    employés employé employes employe salariés salarié salaries personnes collaborateurs
    of in total de""".split()
)
_EXACT, _AT_LEAST, _AT_MOST = "", "at least", "at most"
_MARKS: tuple[tuple[str, str], ...] = tuple(
    sorted(
        (
            *((words, _AT_MOST) for words in ("<=", "<", "≤", "less than", "fewer than", "under")),
            *((words, _AT_MOST) for words in ("below", "up to", "at most", "max", "moins de")),
            *((words, _AT_MOST) for words in ("au plus", "jusqu'à", "jusqu'a", "jusque")),
            *((words, _AT_LEAST) for words in (">=", ">", "≥", "more than", "over", "above")),
            *((words, _AT_LEAST) for words in ("at least", "min", "plus de", "au moins", "+ de")),
            *((words, _EXACT) for words in ("~", "≈", "approximately", "approx.", "approx")),
            *((words, _EXACT) for words in ("about", "around", "circa", "ca.", "environ", "env.")),
            *((words, _EXACT) for words in ("between", "entre", "from", "de")),
        ),
        key=lambda pair: -len(pair[0]),
    )
)
_MORE = ("or more", "and more", "and up", "ou plus", "et plus", "plus", "+")
_RANGE_WORDS = frozenset(("-", "to", "and", "à", "a", "et", "..", "...", "…"))

_SPACES_AND_DASHES = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u202f\u2009\u2007\u2008\u2002\u2003\t", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        "\u2019": "'",
        "\u02bc": "'",
        "\uff04": "$",
        "\uff0b": "+",
    }
)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]{1,3}(?:[ '][0-9]{3})+(?![0-9])(?:[.,][0-9]+(?![0-9.,]))?"
    r"|[0-9]+(?:[.,][0-9]+)*|[.,][0-9]+)"
    r"|(?P<word>(?:us|ca|c|a)\$|[^\W\d_]+\.?)|(?P<symbol>\.\.+|\S))"
)
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?e[+-]?[0-9]{1,2}")


def parse_interval(
    text: str, *, decimal_comma: bool = False, counting: bool = False
) -> Interval | None:
    """The range that a cell states; ``None`` when it is empty or says "unknown".

    ``counting`` is for people and other whole things. Currencies are ignored here (see
    ``currency_of``). Raises ``NotANumber``.
    """
    if text.isascii() and text.isdigit() and len(text) <= 15:
        number = Decimal(text)
        return Interval(number, number)
    if len(text) > LONGEST:
        raise NotANumber(text[:LONGEST])
    folded = text.translate(_SPACES_AND_DASHES).strip().casefold()
    if not folded or folded in UNKNOWN_WORDS:
        return None
    interval = _parse_folded(folded, decimal_comma, counting)
    for end in interval:
        if end is not None and abs(end) > LARGEST:
            raise NotANumber(text)
    return interval


def parse_number(
    text: str, *, decimal_comma: bool = False, counting: bool = False
) -> Decimal | None:
    """One number; ``None`` when empty or "unknown". A range raises ``NotANumber``."""
    interval = parse_interval(text, decimal_comma=decimal_comma, counting=counting)
    if interval is None:
        return None
    if interval.low is None or interval.low != interval.high:
        raise NotANumber(text)
    return interval.low


def whole(interval: Interval) -> Whole:
    """In whole units: a range is widened outwards, a single number rounded."""
    low, high = interval
    if low is not None and low == high:
        nearest = int(low.to_integral_value(ROUND_HALF_UP))
        return Whole(nearest, nearest)
    return Whole(
        None if low is None else math.floor(low), None if high is None else math.ceil(high)
    )


def currency_of(text: str) -> str | None:
    """ISO code of the currency that the text names; ``None`` if it names none."""
    for match in _matches(text.casefold()):
        token = match["word"] or match["symbol"]
        if token and token in _CURRENCIES:
            return _CURRENCIES[token]
    return None


def guess_decimal_comma(samples: Iterable[str]) -> bool:
    """Whether a column uses decimal commas, judged from its unambiguous values."""
    comma = point = 0
    for text in samples:
        for match in _matches(text):
            mark = _certain_decimal_mark(match["number"] or "")
            comma += mark == ","
            point += mark == "."
    return comma > point


def _matches(text: str) -> Iterator[re.Match[str]]:
    """The tokens at the beginning of a text that is too long for a number: the time grows with the
    square of the white space at the end.
    """
    return _TOKEN.finditer(text[:LONGEST].translate(_SPACES_AND_DASHES))


def _parse_folded(text: str, decimal_comma: bool, counting: bool) -> Interval:
    if _SCIENTIFIC.fullmatch(text):
        number = Decimal(text)
        return Interval(number, number)
    if text[0] == "(" and text[-1] == ")":
        inner = _parse_folded(text[1:-1].strip() or "?", decimal_comma, counting)
        if inner.low is None or inner.low != inner.high or inner.low < 0:
            raise NotANumber(text)
        return Interval(-inner.low, -inner.low)
    mark, rest = _leading_mark(_without_category_letter(text))
    more, rest = _trailing_more(rest)
    low, high = _ends(_tokens(rest), decimal_comma, counting)
    if mark == _AT_MOST and not more and high is None:
        return Interval(None, low)
    if (more or mark == _AT_LEAST) and high is None and mark != _AT_MOST:
        return Interval(low, None)
    if more or mark:
        raise NotANumber(text)
    if high is not None and high < low:
        raise NotANumber(text)
    return Interval(low, low if high is None else high)


def _without_category_letter(text: str) -> str:
    """Public loan lists write "e $150,000-350,000", where the letter only labels the band."""
    if len(text) > 2 and text[0].isalpha() and text[1] == " " and text[2] in "$€£0123456789":
        return text[2:]
    return text


def _leading_mark(text: str) -> tuple[str, str]:
    for words, mark in _MARKS:
        if text.startswith(words):
            rest = text[len(words) :]
            if not rest[:1].isalpha() or not words[-1].isalpha():
                return mark, rest.lstrip()
    return _EXACT, text


def _trailing_more(text: str) -> tuple[bool, str]:
    words = text.split(" ")
    while len(words) > 1 and words[-1] in _NOUNS:
        words.pop()
    text = " ".join(words)
    for more in _MORE:
        if text.endswith(more):
            return True, text[: -len(more)].rstrip()
    return False, text


def _tokens(text: str) -> list[tuple[bool, str]]:
    """(is a number, text), without currencies and nouns that carry no information."""
    tokens = []
    for match in _TOKEN.finditer(text):
        number = match["number"]
        word = match["word"] or match["symbol"] or ""
        if number:
            tokens.append((True, number))
        elif word not in _CURRENCIES and word not in _NOUNS:
            tokens.append((False, word if word in _RANGE_WORDS else word.rstrip(".")))
    return tokens


def _ends(
    tokens: list[tuple[bool, str]], decimal_comma: bool, counting: bool
) -> tuple[Decimal, Decimal | None]:
    negative = bool(tokens) and tokens[0] == (False, "-")
    rest = tokens[1:] if negative or tokens[:1] == [(False, "+")] else tokens
    low, low_scale, rest = _scaled(rest, decimal_comma, counting)
    if negative:
        low = -low
    if not rest:
        return low * (low_scale or 1), None
    if rest[0][0] or rest[0][1] not in _RANGE_WORDS:
        raise NotANumber
    high, high_scale, rest = _scaled(rest[1:], decimal_comma, counting)
    if rest:
        raise NotANumber
    high *= high_scale or 1
    if low_scale is None and high_scale is not None and low * high_scale <= high:
        low_scale = high_scale
    return low * (low_scale or 1), high


def _scaled(
    tokens: list[tuple[bool, str]], decimal_comma: bool, counting: bool
) -> tuple[Decimal, Decimal | None, list[tuple[bool, str]]]:
    if not tokens or not tokens[0][0]:
        raise NotANumber
    scale = _SCALES.get(tokens[1][1]) if len(tokens) > 1 and not tokens[1][0] else None
    whole_only = counting and scale is None
    number = _separated(tokens[0][1], decimal_comma, whole_only)
    return number, scale, tokens[1:] if scale is None else tokens[2:]


def _separated(digits: str, decimal_comma: bool, counting: bool) -> Decimal:
    mark = _decimal_mark(digits, decimal_comma, counting)
    head, _, tail = digits.partition(mark) if mark else (digits, "", "")
    if mark and digits.count(mark) > 1:
        raise NotANumber(digits)
    groups = re.split(r"[ ',.]", head)
    if len(groups) > 1 and (
        not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:])
    ):
        raise NotANumber(digits)
    units = "".join(groups) or "0"
    return Decimal(f"{units}.{tail}" if tail else units)


def _decimal_mark(digits: str, decimal_comma: bool, counting: bool) -> str:
    """The mark that starts the decimals of this number; "" when all marks group thousands."""
    certain = _certain_decimal_mark(digits)
    if certain or ("," not in digits and "." not in digits):
        return certain
    if digits.count(",") + digits.count(".") > 1 or counting:
        return ""
    mark = "," if "," in digits else "."
    return mark if (mark == ",") == decimal_comma else ""


def _certain_decimal_mark(digits: str) -> str:
    """Rules 1, 2 and 4: the decimal mark when it is certain, otherwise ""."""
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma < 0 and point < 0:
        return ""
    if comma >= 0 and point >= 0:
        return "," if comma > point else "."
    mark = "," if comma >= 0 else "."
    if " " in digits or "'" in digits:
        return mark
    if digits.count(mark) > 1:
        return ""
    head, _, tail = digits.partition(mark)
    return mark if len(tail) != 3 or len(head) > 3 or head in ("", "0") else ""
