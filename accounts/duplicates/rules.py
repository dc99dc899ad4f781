"""Which facts belong together, and which of two accounts' facts are kept. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

# A choice -> the facts that are taken together, because half a place is useless.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "domain": ("domain",),
    "website": ("website",),
    "place": ("city", "state", "zip", "county_fips", "cbsa", "country"),
    "industry": ("naics", "industry"),
    "employees": ("employees_low", "employees_high"),
    "revenue": ("revenue_low", "revenue_high"),
    "technology_maturity": ("technology_maturity",),
    "technologies": ("technologies",),
    "budget": ("budget_usd",),
    "owner": ("owner_id",),
    "external_id": ("external_id",),
    "description": ("description",),
}
FACTS = tuple(fact for facts in GROUPS.values() for fact in facts)
# Every account has a value for these, known or not.
_SAYS_NOTHING = frozenset({"country"})

Facts = Mapping[str, Any]


def says(facts: Facts, group: str) -> bool:
    """Whether an account has any fact of a group."""
    named = [name for name in GROUPS[group] if name not in _SAYS_NOTHING]
    return any(facts[name] not in (None, "", [], ()) for name in named)


def differing(first: Facts, second: Facts) -> list[str]:
    """The groups in which two accounts differ."""
    return [
        group
        for group, names in GROUPS.items()
        if (says(first, group) or says(second, group))
        and any(first[name] != second[name] for name in names)
    ]


def gaps_filled(survivor: Facts, gone: Facts) -> list[str]:
    """The groups taken from the removed account by default."""
    return [
        group
        for group in differing(survivor, gone)
        if not says(survivor, group) and says(gone, group)
    ]


def taken(gone: Facts, groups: Collection[str]) -> dict[str, Any]:
    """The facts that the survivor takes over."""
    return {name: gone[name] for group in GROUPS if group in groups for name in GROUPS[group]}
