"""Cleaning single values: what the database can hold, in a form in which equal things are equal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from accounts.rules.engagements import too_late
from accounts.rules.facts import BadValue, BadValues, FieldError
from alignment.reference.rules import COUNTRY_CODES, is_naics, state_code
from alignment.reference.web import FREE_MAIL, BadAddress, parse_domain, parse_email, parse_website

LONGEST_TECHNOLOGY = 60
MOST_TECHNOLOGIES = 100
LONGEST_DESCRIPTION = 20_000
SHOWN = 60

Clean = Callable[[Any], Any]

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_DIGITS_5 = re.compile(r"\d{5}", re.ASCII)
_DIGIT = re.compile(r"\d", re.ASCII)
FEWEST_DIGITS = 5
_ZIP_PLUS_4 = re.compile(r"\d{5}-\d{4}", re.ASCII)


def shown(value: object) -> str:
    """A value for quoting in an error: short and storable."""
    text = _UNSTORABLE.sub("\ufffd", str(value))
    return text[:SHOWN] + ("…" if len(text) > SHOWN else "")


def text(limit: int, *, lines: bool = False) -> Clean:
    """A text of at most `limit` characters; None becomes the empty text."""

    def clean(value: Any) -> str:
        if value is None:
            return ""
        if type(value) is not str:
            raise BadValue("not_a_text")
        if not value.isprintable():
            if _UNSTORABLE.search(value):
                raise BadValue("nul")
            value = value if lines else " ".join(value.split())
        value = value.strip()
        if len(value) > limit:
            raise BadValue("too_long", limit=str(limit))
        return str(value)

    return clean


def optional(clean: Clean) -> Clean:
    """None stays None, and an empty text becomes None."""

    def cleaned(value: Any) -> Any:
        return None if value is None else clean(value) or None

    return cleaned


def needed(clean: Clean) -> Clean:
    """A value that may change but never be cleared."""

    def cleaned(value: Any) -> Any:
        result = clean(value)
        if not result:
            raise BadValue("missing")
        return result

    return cleaned


def whole(low: int, high: int) -> Clean:
    """A whole number between both ends, or None."""

    def clean(value: Any) -> int | None:
        if value is None:
            return None
        if type(value) is not int:
            raise BadValue("not_a_number")
        if not low <= value <= high:
            raise BadValue("out_of_range", low=_grouped(low), high=_grouped(high))
        return value

    return clean


def _grouped(number: int) -> str:
    """With narrow no-break spaces, which every language understands."""
    return f"{number:,}".replace(",", "\u202f")


def choice(options: Sequence[str]) -> Clean:
    """One of the options; None is not one."""
    allowed = frozenset(options)

    def clean(value: Any) -> str:
        if value is None or value == "":
            return ""
        if not isinstance(value, str) or value not in allowed:
            raise BadValue("choice", value=shown(value))
        return value

    return clean


def yes_no(value: Any) -> bool:
    """True or False; None becomes False."""
    if value is not None and type(value) is not bool:
        raise BadValue("not_yes_no")
    return bool(value)


def past(value: Any, *, now: datetime) -> datetime:
    """A time with a zone, from 1990 to an hour from `now`."""
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise BadValue("date")
    if value.year < 1990:
        raise BadValue("too_early", value="1990")
    if too_late(value, now=now):
        raise BadValue("future")
    return value


_short = text(500)


def remembered(clean: Clean) -> Clean:
    """The same, cached, for texts that recur, such as states."""
    known: Clean = lru_cache(maxsize=20_000)(clean)

    def cleaned(value: Any) -> Any:
        return known(value) if type(value) is str else clean(value)

    return cleaned


# A fast path for the form that most addresses in lists already have.
_PLAIN_DOMAIN = re.compile(r"[a-z][a-z0-9-]{0,61}[a-z0-9]\.(?:com|org|net|io|fr|ai|co|us|edu|gov)")
_PLAIN_WEBSITE = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,3}[a-z]{2,12}/?", re.ASCII
)


def _address(parse: Callable[[str], str], plain: re.Pattern[str] | None = None) -> Clean:
    def clean(value: Any) -> str:
        if plain and type(value) is str and len(value) < 100 and plain.fullmatch(value):
            if value not in FREE_MAIL:
                return value
        given = _short(value)
        try:
            return parse(given) if given else ""
        except BadAddress as error:
            raise BadValue(error.code, value=shown(error.value)) from None

    return clean


domain = _address(parse_domain, _PLAIN_DOMAIN)
website = _address(parse_website, _PLAIN_WEBSITE)
email = _address(parse_email)


def state(value: Any) -> str | None:
    """The USPS code of a US state, from code or name."""
    given = _short(value)
    code = state_code(given) if given else None
    if given and code is None:
        raise BadValue("state", value=shown(given))
    return code


def zip_code(value: Any) -> str:
    """Without the "+4" in the US; codes of other countries unchanged. See `zip_misfits`."""
    given = str(text(10)(value))
    return given[:5] if _ZIP_PLUS_4.fullmatch(given) else given


def country(value: Any) -> str:
    """Two letters. Required, because an account without a country would count as in the US."""
    given = str(_short(value)).upper()
    if not given:
        raise BadValue("missing")
    if given not in COUNTRY_CODES:
        raise BadValue("country", value=shown(given))
    return given


def naics(value: Any) -> str:
    """A NAICS code of two to six digits, or a sector range."""
    given = str(_short(value))
    if given and not is_naics(given):
        raise BadValue("naics", value=shown(given))
    return given


def area_code(name: str) -> Clean:
    """The five digits of a county or metropolitan area; whether it exists is checked elsewhere."""

    def clean(value: Any) -> str:
        given = str(_short(value))
        if given and not _DIGITS_5.fullmatch(given):
            raise BadValue(name, value=shown(given))
        return given

    return clean


_phone_text = text(40)


def phone(value: Any) -> str:
    """A number as it is written, with at least as many digits as the shortest numbers have."""
    given = str(_phone_text(value))
    if given and len(_DIGIT.findall(given)) < FEWEST_DIGITS:
        raise BadValue("phone", value=shown(given))
    return given


def listed(clean: Clean, most: int) -> Callable[[Any], list[Any]]:
    """A list of cleaned values, none of them empty; errors give their position."""
    each = needed(clean)

    def cleaned(value: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise BadValue("not_a_list")
        if len(value) > most:
            raise BadValue("too_many", limit=str(most))
        found, bad = [], []
        for index, item in enumerate(value):
            try:
                found.append(each(item))
            except BadValue as error:
                bad += [part.below(index) for part in error.each]
        if bad:
            raise BadValues(bad)
        return found

    return cleaned


_technologies = listed(text(LONGEST_TECHNOLOGY), MOST_TECHNOLOGIES)


def technologies(value: Any) -> list[str] | None:
    """None: unknown. An empty list: known to use none. Removes repeats and keeps the order."""
    return None if value is None else list(dict.fromkeys(_technologies(value)))


def cleaned(
    facts: Mapping[str, Any], cleaners: Mapping[str, Clean]
) -> tuple[dict[str, Any], list[FieldError]]:
    """The valid values, and an error for each of the others."""
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for key, value in facts.items():
        clean = cleaners.get(key)
        if clean is None:
            errors.append(FieldError(shown(key), "unknown_field"))
            continue
        try:
            values[key] = clean(value)
        except BadValue as bad:
            errors += [FieldError(key, part.code, part.params, part.at) for part in bad.each]
    return values, errors
