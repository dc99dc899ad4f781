"""Facts of an account in words: "1,355", "Austin, Texas"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from alignment.core.figures import dollar_range, dollars, people_range
from alignment.reference.spoken import state_name

# Both ends of a range are shown as one fact.
ENDS: Mapping[str, tuple[str, str]] = {
    "employees": ("employees_low", "employees_high"),
    "revenue": ("revenue_low", "revenue_high"),
}
_FACT_OF = {end: fact for fact, ends in ENDS.items() for end in ends}
# The facts shown to people; areas follow from the place.
_SHOWN = (
    "employees",
    "revenue",
    "naics",
    "industry",
    "technology_maturity",
    "technologies",
    "budget_usd",
    "city",
    "state",
    "zip",
)

Title = Callable[[str], str]


def shown_facts(names: Iterable[str]) -> list[str]:
    """The shown facts for these names, in the order given, a range as one."""
    return list(dict.fromkeys(_FACT_OF.get(name, name) for name in names))


def fact_words(fact: str, facts: Mapping[str, Any], title: Title = str) -> str:
    """One of those facts in words; empty if unknown. `title` gives an industry code's name."""
    if fact in ENDS:
        low, high = (facts.get(end) for end in ENDS[fact])
        return (people_range if fact == "employees" else dollar_range)(low, high)
    value = facts.get(fact)
    if value is None or value == "":
        return ""
    if fact == "technologies":
        return ", ".join(value) or gettext("none")
    if fact == "technology_maturity":
        return gettext("%(number)s of 5") % {"number": value}
    say: dict[str, Title] = {"naics": title, "state": state_name}
    return dollars(value) if fact == "budget_usd" else say.get(fact, str)(value)


def facts_in_words(facts: Mapping[str, Any], title: Title = str) -> str:
    """The facts of one criterion in words. If there is an industry code, its name replaces the
    words."""
    given = shown_facts(facts)
    names = [n for n in _SHOWN if n in given and not (n == "industry" and facts.get("naics"))]
    return ", ".join(said for name in names if (said := fact_words(name, facts, title)))
