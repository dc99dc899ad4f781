"""Single cells: text, phones, yes and no, levels, lists and JSON objects.

Dates are in ``moments``, places in ``places``, numbers in ``numbers``; domains,
e-mail addresses and name keys, which accounts need as well, in ``reference``.
"""

# ruff: noqa: SIM905 - lists of words read better without quotes

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple, NoReturn

from accounts.rules.accounts import MOST_DOLLARS, MOST_EMPLOYEES
from accounts.rules.values import LONGEST_TECHNOLOGY, MOST_TECHNOLOGIES
from alignment.imports.parsing.errors import CellError, unreadable
from alignment.reference import web
from alignment.reference.numbers import (
    LARGEST,
    Interval,
    NotANumber,
    Whole,
    currency_of,
    parse_interval,
    whole,
)
from alignment.reference.rules import fold, is_naics

_YES = frozenset("yes y true t 1 x on oui o vrai ok ✓ ✔ checked si ja 1.0".split())
_NO = frozenset("no n false f 0 off non faux ✗ ✘ unchecked nein 0.0".split())
_PHONE_JUNK = str.maketrans("", "", " .-()/\u00a0\u202f\u2009\u2010\u2011\u2013\u200e\u202a\u202c'")
_EXTENSION = re.compile(r"\s*(?:ext(?:ension)?\.?|poste|x|#|,)\s*:?\s*(\d{1,7})\s*$", re.IGNORECASE)
_LIST_MARKS = re.compile(r"[,;|\n]+")

LONGEST_JSON = 10_000


class Phone(NamedTuple):
    """As written, and in E.164 where country and length are clear, otherwise ""."""

    raw: str
    e164: str


def parse_text(text: str, limit: int) -> str:
    """One line: white space squeezed, control characters dropped. Raises over ``limit``."""
    squeezed = " ".join(text.split())
    if len(squeezed) <= limit and squeezed.isprintable():
        return squeezed
    if not squeezed.isprintable():
        squeezed = "".join(c for c in squeezed if c.isprintable() or c in "\u200d\u200c\u00ad")
    if len(squeezed) > limit:
        raise CellError("too_long", limit=str(limit))
    return squeezed


def parse_paragraphs(text: str, limit: int) -> str:
    """Several lines; line ends become "\\n"."""
    kept = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if len(kept) > limit:
        raise CellError("too_long", limit=str(limit))
    return kept


def parse_domain(text: str) -> str:
    """See ``reference.web.parse_domain``."""
    return _address(web.parse_domain, text)


def parse_website(text: str) -> str:
    """See ``reference.web.parse_website``."""
    return _address(web.parse_website, text)


def parse_email(text: str) -> str:
    """See ``reference.web.parse_email``."""
    return _address(web.parse_email, text)


def parse_phone(text: str) -> Phone:
    """US and French numbers, and any that starts with "+", get an E.164 form.

    An extension stays in ``raw`` only.
    """
    raw = " ".join(text.split())
    number = _EXTENSION.sub("", raw).removeprefix("tel:").replace("(0)", "").translate(_PHONE_JUNK)
    international = number.startswith(("+", "00"))
    digits = number.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or len(raw) > 60:
        raise unreadable("phone", text)
    if international:
        digits = digits if number[0] == "+" else digits[2:]
    elif len(digits) == 10 and digits[0] == "0" and digits[1] != "0":
        digits = "33" + digits[1:]
    elif len(digits) == 10 and digits[0] in "23456789":
        digits = "1" + digits
    elif len(digits) != 11 or digits[0] != "1":
        if not 5 <= len(digits) <= 15:
            raise unreadable("phone", text)
        return Phone(raw, "")
    if not 8 <= len(digits) <= 15 or digits[0] == "0":
        raise unreadable("phone", text)
    return Phone(raw, "+" + digits)


def parse_boolean(text: str) -> bool:
    """yes, oui, true, 1, x ... and their opposites."""
    word = text.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise unreadable("boolean", text)


def parse_technologies(text: str) -> list[str]:
    """A list separated by commas, semicolons, bars or lines, without repeats, order kept."""
    found: dict[str, str] = {}
    for item in _LIST_MARKS.split(text):
        name = parse_text(item, LONGEST_TECHNOLOGY)
        if name:
            found.setdefault(name.casefold(), name)
    if len(found) > MOST_TECHNOLOGIES:
        raise CellError("too_long", limit=str(MOST_TECHNOLOGIES))
    return list(found.values())


def parse_naics(text: str) -> str:
    """The code alone, two to six digits or a sector range: "541511 - Custom..." -> "541511"."""
    code = text.strip().removesuffix(".0")
    if is_naics(code):
        return code
    head = code[:6].rstrip(" -:")
    digits = head if head.isdigit() else head.partition(" ")[0].rstrip("-:")
    if not is_naics(digits) or code[len(digits) : len(digits) + 1].isalnum():
        raise unreadable("naics", text)
    return digits


def parse_maturity(text: str) -> int:
    """A level from 1 to 5, also "3/5" and "Level 3"."""
    level = text.strip().casefold().removesuffix("/5").removesuffix(".0")
    level = level.removeprefix("level").removeprefix("niveau").strip()
    if level not in ("1", "2", "3", "4", "5"):
        raise unreadable("maturity", text)
    return int(level)


def parse_employees(text: str, *, decimal_comma: bool = False, scale: int = 1) -> Whole | None:
    """Number of people or a range of them. ``None`` when unknown.

    ``scale`` multiplies a column given in thousands.
    """
    try:
        # A number of thousands may have decimals, so "1.450" is not 1,450 there.
        interval = parse_interval(text, decimal_comma=decimal_comma, counting=scale == 1)
    except NotANumber:
        _refuse_number(text)
    if interval is None:
        return None
    if scale != 1 and not spells_magnitude(text):
        interval = _times(interval, Decimal(scale), text)
    return _plausible(whole(interval), text, MOST_EMPLOYEES)


def _times(interval: Interval, factor: Decimal, text: str) -> Interval:
    low, high = (None if end is None else end * factor for end in interval)
    if max(low or 0, high or 0) > LARGEST:
        _refuse_number(text)
    return Interval(low, high)


def parse_amount(
    text: str,
    *,
    decimal_comma: bool = False,
    scale: int = 1,
    rates: Mapping[str, Decimal] | None = None,
) -> Whole | None:
    """An amount or range in whole US dollars. ``None`` when unknown.

    ``scale`` multiplies a column given in thousands or millions; amounts that spell their magnitude
    ("$1.2B") are not multiplied. ``rates`` gives dollars for one unit of another currency; a
    currency without a rate is an error, never taken as dollars.
    """
    try:
        interval = parse_interval(text, decimal_comma=decimal_comma)
    except NotANumber:
        _refuse_number(text)
    if interval is None:
        return None
    factor = Decimal(1 if scale == 1 or spells_magnitude(text) else scale)
    currency = currency_of(text)
    if currency not in (None, "USD"):
        if not rates or currency not in rates:
            raise unreadable("currency", text, currency=str(currency))
        factor *= rates[str(currency)]
    if factor != 1:
        interval = _times(interval, factor, text)
    return _plausible(whole(interval), text, MOST_DOLLARS)


def parse_strength(text: str, *, decimal_comma: bool = False) -> int | None:
    """How strong a surge is, 0-100, rounded; "85 %" and "85/100" too. ``None`` when unknown."""
    bare = text.strip().removesuffix("%").removesuffix("/100").strip()
    value = parse_decimal(bare, decimal_comma=decimal_comma)
    if value is None:
        return None
    if not 0 <= value <= 100:
        raise unreadable("strength", text)
    return int(value.to_integral_value(ROUND_HALF_UP))


def parse_decimal(text: str, *, decimal_comma: bool = False) -> Decimal | None:
    """One number with at most four decimals. ``None`` when unknown."""
    try:
        interval = parse_interval(text, decimal_comma=decimal_comma)
    except NotANumber:
        _refuse_number(text)
    if interval is None:
        return None
    if interval.low is None or interval.low != interval.high:
        _refuse_number(text)
    return interval.low.quantize(Decimal("0.0001"), ROUND_HALF_UP).normalize() + 0


def parse_properties(text: str) -> dict[str, object]:
    """A JSON object of moderate size that PostgreSQL can store."""
    if len(text) > LONGEST_JSON:
        raise CellError("too_long", limit=str(LONGEST_JSON))
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        # 1e999 is parsed as infinity, which is not valid JSON in any database.
        stored = json.dumps(value, ensure_ascii=False, allow_nan=False)
        stored.encode()
    except (ValueError, RecursionError):
        raise CellError("json") from None
    if not isinstance(value, dict) or "\0" in stored or "\\u0000" in stored:
        raise CellError("json")
    return value


def parse_key(text: str) -> str:
    """A name as an identifier: "Pricing page view" -> "pricing_page_view"."""
    key = fold(text).replace(" ", "_")
    if len(key) > 80:
        raise CellError("too_long", limit="80")
    return key


def _address(parse: Callable[[str], str], text: str) -> str:
    try:
        return parse(text)
    except web.BadAddress as error:
        raise unreadable(error.code, error.value) from None


def _plausible(interval: Whole, text: str, most: int) -> Whole:
    if (interval.low or 0) < 0 or (interval.high or 0) < 0:
        raise unreadable("negative", text)
    if max(interval.low or 0, interval.high or 0) > most:
        raise unreadable("too_large", text)
    return interval


def spells_magnitude(text: str) -> bool:
    return any(letter.isalpha() for letter in _without_currency(text))


def _without_currency(text: str) -> str:
    folded = text.casefold()
    for word in ("us$", "usd", "eur", "gbp", "chf", "cad", "dollars", "euros"):
        folded = folded.replace(word, "")
    return folded


def _refuse_number(text: str) -> NoReturn:
    raise unreadable("not_a_number", text)


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(constant)
