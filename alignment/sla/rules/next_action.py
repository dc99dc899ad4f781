"""The next best action: the first rule whose signals were all seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActionRule:
    """A rule without signals always applies; rules are tried in order."""

    key: int
    action: str
    signals: tuple[str, ...] = ()
    content: str = ""
    talking_point: str = ""
    reason: str = ""


def best_action(rules: Iterable[ActionRule], seen: Collection[str]) -> ActionRule | None:
    """The first rule whose signals the lead showed; None if none applies."""
    shown = set(seen)
    return next((rule for rule in rules if shown.issuperset(rule.signals)), None)
