"""Counts of accounts by place and by industry, each in one statement for any filters."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count

from alignment.icp.models import Answer
from alignment.reference.industries import editions, sector_prefixes
from alignment.reference.spoken import US_STATES, state_name
from alignment.workspace.reference_names import metro_name, sectors, subsectors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from accounts.models import Account
    from alignment.core.scoping import ScopedQuerySet

MOST_METROS = 100


class Tally(NamedTuple):
    """Accounts of one place by verdict; those not judged yet count as unknown."""

    code: str
    name: str
    total: int
    yes: int
    no: int

    @property
    def unknown(self) -> int:
        return self.total - self.yes - self.no

    def by(self, verdict: str) -> int:
        return int(getattr(self, verdict or "total"))


class Places(NamedTuple):
    """States and areas, those with most accounts first; accounts without a known state are last."""

    states: list[Tally]
    metros: list[Tally]


def by_place(rows: ScopedQuerySet[Account], state: str = "") -> Places:
    """Counts by state, and counts by area within `state` (or all states), in one pass over the
    accounts.
    """
    counted = (
        rows.order_by()
        .values_list("state", "cbsa", "verdict__answer")
        .annotate(n=Count("*"))
        .values_list("state", "cbsa", "verdict__answer", "n")
    )
    states: dict[str, Counter[str]] = defaultdict(Counter)
    metros: dict[str, Counter[str]] = defaultdict(Counter)
    for code, cbsa, answer, number in counted:
        known = code if code in US_STATES else ""
        states[known][answer or Answer.UNKNOWN] += number
        if cbsa and state in ("", code):
            metros[cbsa][answer or Answer.UNKNOWN] += number
    unknown = states.pop("", None)
    named = _tallies(states, state_name)
    return Places(
        [*named, *([_tally("", "", unknown)] if unknown else [])],
        _tallies(metros, metro_name)[:MOST_METROS],
    )


def _tallies(counts: Mapping[str, Counter[str]], name: Callable[[str], str]) -> list[Tally]:
    tallies = [_tally(code, name(code), numbers) for code, numbers in counts.items()]
    return sorted(tallies, key=lambda tally: (-tally.total, tally.code))


def _tally(code: str, name: str, numbers: Counter[str]) -> Tally:
    return Tally(code, name, numbers.total(), numbers[Answer.YES], numbers[Answer.NO])


@dataclass(frozen=True, slots=True)
class Branch:
    """A sector or subsector; a sector's number includes accounts without a known subsector."""

    code: str
    title: str
    number: int
    parts: tuple[Branch, ...] = ()


class Tree(NamedTuple):
    """`unknown` counts accounts without a code, `total` counts all."""

    branches: list[Branch]
    unknown: int
    total: int


def by_industry(rows: ScopedQuerySet[Account]) -> Tree:
    """The NAICS tree down to subsectors, without empty branches.

    A code of an earlier edition counts under its current one, like in the list's filter.
    """
    counted = rows.order_by().values_list("naics").annotate(n=Count("*"))
    numbers = {code or "": number for code, number in counted}
    branches = [_branch(code, title, numbers) for code, title in sectors()]
    return Tree(
        [branch for branch in branches if branch.number], numbers.get("", 0), sum(numbers.values())
    )


def _branch(code: str, title: str, numbers: Mapping[str, int]) -> Branch:
    prefixes = sector_prefixes(code)
    inside = {key: number for key, number in numbers.items() if key.startswith(prefixes)}
    parts = [
        Branch(sub, name, sum(n for key, n in inside.items() if key.startswith(editions(sub))))
        for sub, name in (subsectors(code) if inside else ())
    ]
    return Branch(
        code, title, sum(inside.values()), tuple(branch for branch in parts if branch.number)
    )
