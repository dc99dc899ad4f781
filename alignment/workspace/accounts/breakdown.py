"""Accounts counted by place and by industry, each one statement whatever the filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Q
from django.db.models.functions import Substr

from alignment.icp.models import Answer
from alignment.reference.industries import sector_prefixes
from alignment.workspace.places import STATE_NAMES, metro_name, sectors, subsectors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Account
    from alignment.core.scoping import ScopedQuerySet

MOST_METROS = 100
NOT_JUDGED = Q(verdict__isnull=True) | Q(verdict__answer=Answer.UNKNOWN)


class Tally(NamedTuple):
    """Accounts of one place by verdict; one that is not judged yet is unknown."""

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


def by_state(rows: ScopedQuerySet[Account]) -> list[Tally]:
    """The states, most accounts first; last those of which no state is known."""
    found = _tallies(rows, "state", len(STATE_NAMES) + 1)
    named = [Tally(code, STATE_NAMES[code], *n) for code, *n in found if code in STATE_NAMES]
    unknown = [Tally("", "", *n) for code, *n in found if code not in STATE_NAMES]
    return [*named, *unknown]


def by_metro(rows: ScopedQuerySet[Account]) -> list[Tally]:
    """The `MOST_METROS` areas with most accounts."""
    found = _tallies(rows.filter(cbsa__isnull=False), "cbsa", MOST_METROS)
    return [Tally(code, metro_name(code), *numbers) for code, *numbers in found]


def _tallies(rows: Any, column: str, most: int) -> list[Any]:
    return list(
        rows.order_by()
        .values_list(column)
        .annotate(
            n=Count("*"),
            yes=Count("id", filter=Q(verdict__answer=Answer.YES)),
            no=Count("id", filter=Q(verdict__answer=Answer.NO)),
        )
        .order_by("-n", column)[:most]
    )


@dataclass(frozen=True, slots=True)
class Branch:
    """A sector or subsector; a sector's number includes accounts that are known no closer."""

    code: str
    title: str
    number: int
    parts: tuple[Branch, ...] = ()


class Tree(NamedTuple):
    """`unknown` are accounts without a code, `total` all."""

    branches: list[Branch]
    unknown: int
    total: int


def by_industry(rows: ScopedQuerySet[Account]) -> Tree:
    """The tree of NAICS down to subsectors, as far as there are accounts."""
    counted = rows.order_by().values_list(Substr("naics", 1, 3)).annotate(n=Count("*"))
    numbers = {code or "": number for code, number in counted}
    branches = [_branch(code, title, numbers) for code, title in sectors()]
    return Tree(
        [branch for branch in branches if branch.number], numbers.get("", 0), sum(numbers.values())
    )


def _branch(code: str, title: str, numbers: Mapping[str, int]) -> Branch:
    prefixes = sector_prefixes(code)
    parts = tuple(
        Branch(sub, name, numbers[sub]) for sub, name in subsectors(code) if numbers.get(sub)
    )
    inside = sum(number for key, number in numbers.items() if key.startswith(prefixes))
    return Branch(code, title, inside, parts)
