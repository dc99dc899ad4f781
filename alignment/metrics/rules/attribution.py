"""Which touches a deal's amount is credited to. Amounts are in cents; no cent is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


class Model(StrEnum):
    FIRST = "first"
    LAST = "last"
    EVEN = "even"


@dataclass(frozen=True, slots=True)
class Touched:
    """Marketing's touches of one deal through one channel and campaign: how many, first and last."""

    channel: str
    campaign: int | None
    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Deal:
    """`cents` of US dollars, not negative."""

    cents: int
    touched: list[Touched]


@dataclass(frozen=True, slots=True)
class Credit:
    """`deals`: the number of deals that contributed."""

    cents: int
    deals: int


def split(cents: int, weights: Sequence[int]) -> list[int]:
    """Divide by weight, to the cent: the largest remainders get the cents left over, ties the
    earlier ones (Hamilton's method)."""
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("something must weigh, and nothing less than zero")
    parts = [cents * weight // total for weight in weights]
    remainders = [cents * weight % total for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: -remainders[at])
    for at in order[: cents - sum(parts)]:
        parts[at] += 1
    return parts


def credit(deal: Deal, model: Model) -> list[tuple[Touched | None, int]]:
    """The cents of one deal for each of its touches; None gets all if nobody touched it.

    Among touches at the same moment the first channel and campaign in order win, so that the same
    rows always give the same credit.
    """
    if not deal.touched:
        return [(None, deal.cents)]
    ordered = sorted(deal.touched, key=lambda t: (t.channel, t.campaign or 0))
    if model == Model.FIRST:
        return [(min(ordered, key=lambda t: t.first), deal.cents)]
    if model == Model.LAST:
        return [(max(ordered, key=lambda t: t.last), deal.cents)]
    parts = split(deal.cents, [t.count for t in ordered])
    return list(zip(ordered, parts, strict=True))


def attribute(
    deals: Iterable[Deal], model: Model, key: Callable[[Touched | None], Key]
) -> dict[Key, Credit]:
    """Credits of all deals by `key` (the channel or the campaign); their cents sum to the
    deals'."""
    cents: dict[Key, int] = defaultdict(int)
    counts: dict[Key, int] = defaultdict(int)
    for deal in deals:
        parts: dict[Key, int] = defaultdict(int)
        for touched, part in credit(deal, model):
            parts[key(touched)] += part
        for name, part in parts.items():
            cents[name] += part
            counts[name] += 1
    return {name: Credit(cents[name], counts[name]) for name in cents}
