"""Gaps of a buying committee, and the layout of its hierarchy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

# Sales must own contacts who decide; marketing nurtures the others.
DECIDING = ("decision_maker", "economic_buyer")
NEEDED = (*DECIDING, "champion")
HIGH_INFLUENCE = 3


class Gap(StrEnum):
    NO_DECISION_MAKER = "no_decision_maker"
    NO_ECONOMIC_BUYER = "no_economic_buyer"
    NO_CHAMPION = "no_champion"
    DECIDER_WITHOUT_SALES = "decider_without_sales"
    DECIDER_AGAINST = "decider_against"
    INFLUENCE_AGAINST = "influence_against"
    WITHOUT_NURTURE = "without_nurture"
    STANCE_UNKNOWN = "stance_unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """One person's part in the deal. `sales` and `marketing` say whether each side is in contact
    with them: by a sales owner, or by a marketing touch or nurture track. `owned` says whether an
    owner is named.
    """

    key: int
    role: str
    stance: str
    sales: bool
    marketing: bool
    influence: int
    owned: bool

    @property
    def decides(self) -> bool:
        return self.role in DECIDING

    @property
    def is_left_against(self) -> bool:
        """Excludes deciders, for whom two other gaps report it."""
        is_strong = self.stance == "against" and self.influence >= HIGH_INFLUENCE
        return is_strong and not self.owned and not self.decides


@dataclass(frozen=True, slots=True)
class Lack:
    """`keys` are the people concerned; empty if somebody is missing altogether."""

    gap: Gap
    keys: tuple[int, ...] = ()


_MISSING = {
    "decision_maker": Gap.NO_DECISION_MAKER,
    "economic_buyer": Gap.NO_ECONOMIC_BUYER,
    "champion": Gap.NO_CHAMPION,
}


def lacks(parts: Sequence[Part]) -> list[Lack]:
    """The gaps, the worst first."""
    roles = {part.role for part in parts}
    missing = [Lack(_MISSING[role]) for role in NEEDED if role not in roles]
    about = [
        (Gap.DECIDER_WITHOUT_SALES, [p for p in parts if p.decides and not p.sales]),
        (Gap.DECIDER_AGAINST, [p for p in parts if p.decides and p.stance == "against"]),
        (Gap.INFLUENCE_AGAINST, [p for p in parts if p.is_left_against]),
        (Gap.WITHOUT_NURTURE, [p for p in parts if not p.decides and not p.marketing]),
        (Gap.STANCE_UNKNOWN, [p for p in parts if p.decides and not p.stance]),
    ]
    return missing + [Lack(gap, tuple(p.key for p in who)) for gap, who in about if who]


@dataclass(frozen=True, slots=True)
class Node:
    key: int
    below: list[Node]


def tree(above: Mapping[int, int | None]) -> list[Node]:
    """The hierarchy as a tree: `above` maps each key to the one it reports to. Each key appears
    exactly once, in the given order; keys that report to nobody in the map are at the top.
    """
    below: dict[int | None, list[int]] = {}
    for key, boss in above.items():
        below.setdefault(boss if boss in above else None, []).append(key)

    def grown(keys: Iterable[int]) -> list[Node]:
        return [Node(key, grown(below.get(key, ()))) for key in keys]

    return grown(below.get(None, ()))


def would_circle(above: Mapping[int, int | None], key: int, boss: int | None) -> bool:
    """Whether `key` reporting to `boss` would close a cycle."""
    seen = boss
    while seen is not None:
        if seen == key:
            return True
        seen = above.get(seen)
    return False
