"""A workshop as values: its clock, and the profile that results from its topics."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

# Topics for both sides even if the profile does not mention them: kind and usual weight.
AGENDA: tuple[tuple[str, str], ...] = (
    ("employees", "must"),
    ("revenue", "must"),
    ("industry", "must"),
    ("industry", "exclude"),
    ("geography", "preferred"),
    ("maturity", "preferred"),
    ("technology", "preferred"),
    ("technology", "exclude"),
    ("budget", "must"),
    ("budget_confirmed", "preferred"),
)


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds spent before the last pause, and the time since which the clock has run."""

    spent_seconds: int = 0
    running_since: datetime | None = None

    def elapsed(self, now: datetime) -> int:
        if self.running_since is None:
            return self.spent_seconds
        return self.spent_seconds + max(0, int((now - self.running_since).total_seconds()))

    def start(self, now: datetime) -> "Clock":
        return self if self.running_since else replace(self, running_since=now)

    def pause(self, now: datetime) -> "Clock":
        return Clock(self.elapsed(now))


@dataclass(frozen=True, slots=True)
class Settled:
    """A topic's outcome: "open", "agreed", "parked" or "left_out".

    `before` is the criterion in force, `decision` what both sides agreed.
    """

    key: str
    state: str
    before: Mapping[str, Any] | None = None
    decision: Mapping[str, Any] | None = None


def content_of(topics: Iterable[Settled]) -> dict[str, Any]:
    """The resulting profile: a topic without agreement keeps the criterion in force, if any."""
    rows = []
    for topic in topics:
        row = topic.decision if topic.state == "agreed" else topic.before
        if row is not None and topic.state != "left_out":
            rows.append({**row, "key": topic.key})
    return {"criteria": rows}


def agenda(criteria: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The part of the usual agenda that the profile, given as (kind, weight), does not cover yet.

    Only list criteria may occur twice: once for what is wanted, once for what is excluded.
    """
    spoken = {_about(kind, weight) for kind, weight in criteria}
    return [pair for pair in AGENDA if _about(*pair) not in spoken]


def _about(kind: str, weight: str) -> tuple[str, bool]:
    return kind, weight == "exclude" and kind in ("industry", "technology")


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two proposals want the same; their reasons may differ."""
    apart = ("reason", "key")
    return {k: v for k, v in one.items() if k not in apart} == {
        k: v for k, v in other.items() if k not in apart
    }


def may_accept(*, proposed_by: str, side: str | None, is_owner: bool, alike: bool) -> bool:
    """A proposal is accepted by the other side, never by the side that made it.

    Owners may accept for either side, and identical proposals need no acceptance by the other side.
    """
    return is_owner or alike or (side is not None and side != proposed_by)
