"""What an account may hold, and the keys by which spellings of one company match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from accounts.rules import values as v
from accounts.rules.facts import FieldError
from alignment.core.addresses import HIGHEST_ID
from alignment.reference import names
from alignment.reference.industries import industry_from_text
from alignment.reference.rules import US_COUNTRIES

# The facts that a list or an application may give.
STATED = (
    "name",
    "domain",
    "website",
    "description",
    "city",
    "state",
    "zip",
    "county_fips",
    "cbsa",
    "country",
    "naics",
    "industry",
    "employees_low",
    "employees_high",
    "revenue_low",
    "revenue_high",
    "technology_maturity",
    "technologies",
    "budget_usd",
)
# The stored facts, in the order used for reading and writing.
FACTS = (
    *STATED,
    "owner_id",
    "source",
    "external_id",
    "name_key",
    "city_key",
)
AT: Mapping[str, int] = {name: index for index, name in enumerate(FACTS)}
EMPTY: Mapping[str, Any] = {
    "website": "",
    "description": "",
    "city": "",
    "zip": "",
    "country": "US",
    "industry": "",
    "source": "",
    "city_key": "",
}
NEW_ROW: Sequence[Any] = tuple(EMPTY.get(name) for name in FACTS)

# Higher values are typos: the largest employer has 2 million, the largest revenue is $700B. Stored
# values stay; the columns hold more.
MOST_EMPLOYEES = 10_000_000
MOST_DOLLARS = 10**13
_employees = v.whole(0, MOST_EMPLOYEES)
_dollars = v.whole(0, MOST_DOLLARS)

CLEANERS: Mapping[str, v.Clean] = {
    "name": v.needed(v.text(200)),
    "domain": v.optional(v.domain),
    "website": v.website,
    "description": v.text(v.LONGEST_DESCRIPTION, lines=True),
    "city": v.remembered(v.text(100)),
    "state": v.remembered(v.state),
    "zip": v.remembered(v.zip_code),
    "county_fips": v.optional(v.area_code("county")),
    "cbsa": v.optional(v.area_code("cbsa")),
    "country": v.remembered(v.country),
    "naics": v.remembered(v.optional(v.naics)),
    "industry": v.remembered(v.text(200)),
    "employees_low": _employees,
    "employees_high": _employees,
    "revenue_low": _dollars,
    "revenue_high": _dollars,
    "technology_maturity": v.whole(1, 5),
    "technologies": v.technologies,
    "budget_usd": _dollars,
    "owner_id": v.whole(1, HIGHEST_ID),
    "owner_email": v.optional(v.email),
    "source": v.text(60),
    "external_id": v.optional(v.text(120)),
}

Cleaned = tuple[dict[str, Any], list[FieldError]]

_RANGES = (("employees_low", "employees_high"), ("revenue_low", "revenue_high"))
_zip = itemgetter(AT["zip"], AT["country"])
_place = itemgetter(AT["city"], AT["state"], AT["zip"], AT["country"])


@lru_cache(maxsize=20_000)
def name_key(name: str) -> str:
    """The key of a company name; a name of signs only is its own key."""
    return (names.name_key(name) or name.casefold())[:200]


@lru_cache(maxsize=20_000)
def city_key(city: str) -> str:
    """The key of a city, cut to its column."""
    return names.city_key(city)[:100] if city else ""


def with_keys(values: dict[str, Any]) -> dict[str, Any]:
    """The values plus the keys derived from name and city."""
    if "name" in values and "name_key" not in values:
        values["name_key"] = name_key(values["name"])
    if "city" in values and "city_key" not in values:
        values["city_key"] = city_key(values["city"])
    return values


def clean_account(row: Mapping[str, Any]) -> Cleaned:
    """The valid values with their keys, and an error for each of the others.

    Pure, so importers can run it ahead and in other processes.
    """
    values, errors = v.cleaned(row, CLEANERS)
    return with_keys(values), errors


def ranges_out_of_order(row: Sequence[Any]) -> list[FieldError]:
    """An error for each range whose ends are in the wrong order."""
    errors = []
    for low, high in _RANGES:
        below, above = row[AT[low]], row[AT[high]]
        if below is not None and above is not None and below > above:
            errors.append(FieldError(low, "range"))
    return errors


def zip_misfits(before: Sequence[Any], after: Sequence[Any]) -> list[FieldError]:
    """An error for a ZIP code that is new, or newly in the US, and does not have five digits."""
    code = after[AT["zip"]]
    if not code or after[AT["country"]] != "US" or _zip(before) == _zip(after):
        return []
    if len(code) == 5 and code.isascii() and code.isdigit():
        return []
    return [FieldError("zip", "zip", {"value": code})]


# Facts that only places in the US have, and the error for each elsewhere.
_OF_THE_US: Mapping[str, str] = {
    "state": "abroad_state",
    "county_fips": "abroad_area",
    "cbsa": "abroad_area",
}
US_FACTS = tuple(_OF_THE_US)


def is_abroad(row: Sequence[Any]) -> bool:
    """Whether the account is outside the US."""
    return row[AT["country"]] not in US_COUNTRIES


def us_misfits(given: Mapping[str, Any], country: str) -> list[FieldError]:
    """An error for each given US fact that a company in another country cannot have."""
    if country in US_COUNTRIES:
        return []
    return [FieldError(name, code) for name, code in _OF_THE_US.items() if given.get(name)]


def place_is_stale(given: Mapping[str, Any], before: Sequence[Any], after: Sequence[Any]) -> bool:
    """Whether county and metropolitan area have to be looked up again."""
    if "county_fips" in given or "cbsa" in given:
        return False
    return bool(_place(before) != _place(after))


def known_naics(
    given: Mapping[str, Any], before: Sequence[Any], after: Sequence[Any]
) -> str | None:
    """The industry's code: as given, else as precise as the words allow. Without a given code, it
    follows changed words."""
    stated, words = AT["naics"], AT["industry"]
    derived = industry_from_text(before[words]) if before[words] else None
    if "naics" in given or (after[stated] is not None and after[stated] != derived):
        return after[stated]  # type: ignore[no-any-return]
    return industry_from_text(after[words]) if after[words] else None
