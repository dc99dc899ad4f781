"""What a finding does to an account's facts. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from accounts.rules.fact_words import ENDS
from alignment.reference.industries import editions, sector_prefixes

_ENDS_OF = {end: ends for ends in ENDS.values() for end in ends}

Problem = Literal["nothing_known", "known_already", "value_needed", "not_its_fact", ""]


@dataclass(frozen=True, slots=True)
class Checked:
    """A criterion as it was worded when checked, and the account's facts it depends on.

    `values` are the facts in which a correct value is given, `emptied` those cleared when it is
    refuted without one, `held` all that lists may no longer write.
    """

    key: str
    words: str
    values: tuple[str, ...]
    emptied: tuple[str, ...]
    held: tuple[str, ...]


def is_given(values: Mapping[str, Any] | None) -> bool:
    """Whether a correct value was given; no technologies at all (`[]`) is one."""
    return any(value is not None and value != "" for value in (values or {}).values())


def is_known(checked: Checked, facts: Mapping[str, Any]) -> bool:
    """Whether there is something to confirm: an industry in words only, or a city alone, is not
    enough."""
    return is_given({n: facts[n] for n in checked.values if n in checked.emptied})


def problem_of(
    checked: Checked, outcome: str, values: Mapping[str, Any] | None, *, known: bool
) -> Problem:
    """What is wrong with a finding; "" if nothing is."""
    if not set(values or {}) <= set(checked.values):
        return "not_its_fact"
    if outcome == "filled":
        if known:
            return "known_already"
        return "" if is_given(values) else "value_needed"
    return "" if known else "nothing_known"


def contradicts(values: Mapping[str, Any] | None, facts: Mapping[str, Any]) -> bool:
    """Whether the values written differ from what is known, so that they cannot confirm it.

    A value inside the known range, a narrower industry, or a city where none is known only adds
    detail.
    """
    return any(not _fits(name, value, facts) for name, value in _without_empty(values).items())


def _without_empty(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {n: v for n, v in (values or {}).items() if v is not None and v != ""}


def _fits(name: str, value: Any, facts: Mapping[str, Any]) -> bool:
    if name in _ENDS_OF:
        low, high = (facts[end] for end in _ENDS_OF[name])
        return (low is None or low <= value) and (high is None or value <= high)
    known = facts[name]
    if known is None or known == "":
        return True
    if name == "naics":
        covered = [p for code in editions(known) for p in sector_prefixes(code)]
        return bool(value.startswith(tuple(covered)))
    if name == "technologies":
        return {v.casefold() for v in value} == {v.casefold() for v in known}
    if name == "city":
        return bool(value.casefold() == known.casefold())
    return bool(value == known)


def facts_after(checked: Checked, outcome: str, values: Mapping[str, Any] | None) -> dict[str, Any]:
    """The facts that a finding writes. When refuted without a value they become unknown (None);
    when confirmed, those not written stay."""
    if outcome == "confirmed":
        return _without_empty(values)
    if is_given(values):
        given = values or {}
        return {name: given.get(name) for name in checked.values}
    return dict.fromkeys(checked.emptied) if outcome == "refuted" else {}


@dataclass(frozen=True, slots=True)
class Past:
    """What a finding did to the facts, and when it was withdrawn, if it was."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    at: datetime
    withdrawn_at: datetime | None


def facts_restored(
    found: Past, *, earlier: Sequence[Past], later: Sequence[Past], now: Mapping[str, Any]
) -> dict[str, Any]:
    """What to write when a finding is withdrawn.

    Facts that somebody changed since, or that a later finding supports, stay; the others get the
    newest remaining finding's value, else the value from before all findings. `earlier` and `later`
    are the account's other findings, newest first.
    """
    standing = {name for past in later if past.withdrawn_at is None for name in past.after}
    left = [n for n, v in found.after.items() if n in found.before and now.get(n) == v]
    beneath = {name: _value_before(name, found, earlier) for name in left if name not in standing}
    return {name: value for name, value in beneath.items() if value != now.get(name)}


def _value_before(name: str, found: Past, earlier: Sequence[Past]) -> Any:
    """The value before a finding, skipping findings that were withdrawn after later ones were built
    on them."""
    value, since = found.before[name], found.at
    for past in earlier:
        gone = past.withdrawn_at
        if name not in past.after or (gone and gone < since):
            continue
        if gone is None or past.after[name] != value:
            break
        value, since = past.before.get(name), past.at
    return value


def not_held(values: Mapping[str, Any], held: Collection[str]) -> dict[str, Any]:
    """The values of a row that a list may write; a held fact also holds its key (`city_key`)."""
    return {name: v for name, v in values.items() if name.removesuffix("_key") not in held}
