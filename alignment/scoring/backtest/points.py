"""From weights to a table of points that people can read, discuss and sign. Pure.

Points are multiples of five. Where won and lost differ no more than by chance, a rule keeps its
points: outcomes say nothing about what nearly every handed-over lead had. The others are scaled so
that the thresholds keep their meaning: the chosen scale is the one under which both thresholds
together separate won from lost best, and among equals the one with the smallest points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..rules import DIMENSIONS
from . import statistics as st

STEP = 5
MOST = 30
SCALES = range(2, 81, 2)


@dataclass(frozen=True, slots=True)
class Past:
    """What applied to one outcome at its moment: indexes into the list of candidates."""

    met: tuple[int, ...]
    won: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """How often won and lost outcomes had something."""

    won_with: int
    won: int
    lost_with: int
    lost: int
    odds: st.Interval

    @property
    def is_chance(self) -> bool:
        """Whether the interval includes "no difference"."""
        return self.odds.low is None or self.odds.low <= 1 <= (self.odds.high or 1)


def evidence(past: Sequence[Past], width: int) -> list[Evidence]:
    """The evidence for each candidate, taken alone."""
    of_won = Counter(i for p in past if p.won for i in p.met)
    of_lost = Counter(i for p in past if not p.won for i in p.met)
    won = sum(p.won for p in past)
    lost = len(past) - won
    return [
        Evidence(of_won[i], won, of_lost[i], lost, st.odds_ratio(of_won[i], won, of_lost[i], lost))
        for i in range(width)
    ]


def table(
    weights: Sequence[float],
    past: Iterable[Past],
    dimensions: Sequence[str],
    *,
    kept: Sequence[int | None],
    mql_at: int,
    sql_at: int,
) -> list[int]:
    """Points for each weight, multiples of five, at most `MOST` either way; `kept` ones stay."""
    tally = Counter((p.met, p.won) for p in past)
    best: tuple[tuple[float, int], list[int]] | None = None
    for scale in SCALES:
        points = [
            rounded(scale * weight) if stays is None else stays
            for weight, stays in zip(weights, kept, strict=True)
        ]
        merit = (round(_merit(points, tally, dimensions, (mql_at, sql_at)), 6), -scale)
        if best is None or merit > best[0]:
            best = (merit, points)
    return best[1] if best else []


def rounded(points: float) -> int:
    return max(-MOST, min(MOST, STEP * round(points / STEP)))


def _merit(
    points: Sequence[int],
    tally: Counter[tuple[tuple[int, ...], bool]],
    dimensions: Sequence[str],
    thresholds: Sequence[int],
) -> float:
    """How well the thresholds separate won from lost: the sum of their Youden's J."""
    passed = {(at, won): 0 for at in thresholds for won in (False, True)}
    all_of = {False: 0, True: 0}
    for (met, won), count in tally.items():
        score = total(points, met, dimensions)
        all_of[won] += count
        for at in thresholds:
            passed[at, won] += count if score >= at else 0
    return sum(
        passed[at, True] / max(1, all_of[True]) - passed[at, False] / max(1, all_of[False])
        for at in thresholds
    )


def total(points: Sequence[int], met: Iterable[int], dimensions: Sequence[str]) -> int:
    """The total as the rules compute it: no dimension falls below zero."""
    sums = dict.fromkeys(DIMENSIONS, 0)
    for i in met:
        sums[dimensions[i]] += points[i]
    return sum(max(0, part) for part in sums.values())


def content(
    base: dict[str, Any], candidates: Sequence[dict[str, Any]], points: Sequence[int]
) -> dict[str, Any]:
    """The model with these points; rules with none are dropped, everything else stays."""
    rules = [
        row if given == row["points"] else _changed(row, given)
        for row, given in zip(candidates, points, strict=True)
        if given
    ]
    return {**base, "rules": rules}


def _changed(row: dict[str, Any], given: int) -> dict[str, Any]:
    """Without its cap, which was agreed on for other points."""
    return {name: value for name, value in row.items() if name != "cap"} | {"points": given}
