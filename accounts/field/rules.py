"""What a finding of sales does to the facts of an account. Values in, values out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Problem = Literal["nothing_known", "known_already", "value_needed", "not_its_fact", ""]


@dataclass(frozen=True, slots=True)
class Checked:
    """A criterion as it read when somebody checked it, and the facts of an account it rests on.

    `values` are the facts a right value is given by, `emptied` those that go when it is refuted
    without one, `held` all that a list may no longer write.
    """

    key: str
    words: str
    values: tuple[str, ...]
    emptied: tuple[str, ...]
    held: tuple[str, ...]


def is_given(values: Mapping[str, Any] | None) -> bool:
    """Whether any right value was said; no technologies at all (`[]`) is one."""
    return any(value is not None and value != "" for value in (values or {}).values())


def is_known(checked: Checked, facts: Mapping[str, Any]) -> bool:
    """Whether there is something to confirm: words beside a code, or a city, are not enough."""
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


def facts_after(checked: Checked, outcome: str, values: Mapping[str, Any] | None) -> dict[str, Any]:
    """The facts that a finding writes. Refuted without a value they are unknown (None)."""
    if is_given(values):
        given = values or {}
        return {name: given.get(name) for name in checked.values}
    return dict.fromkeys(checked.emptied) if outcome == "refuted" else {}


def facts_restored(
    before: Mapping[str, Any], after: Mapping[str, Any], now: Mapping[str, Any]
) -> dict[str, Any]:
    """What to write when a finding is withdrawn: what stood before it, where it still stands.

    Facts that somebody changed since are newer, and stay.
    """
    return {
        name: before[name]
        for name, value in after.items()
        if name in before and before[name] != value and now.get(name) == value
    }


def not_held(values: Mapping[str, Any], held: Collection[str]) -> dict[str, Any]:
    """What a list may write of its row; the key of a fact (`city_key`) goes with the fact."""
    return {name: v for name, v in values.items() if name.removesuffix("_key") not in held}
