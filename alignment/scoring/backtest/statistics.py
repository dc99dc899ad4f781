"""How well scores separated won from lost. Pure: scores in, figures out.

A score separates if won outcomes have the higher scores. `won` and `lost` are their scores.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt
from typing import NamedTuple

# Two-sided 95 %.
Z = 1.959963984540054
LEAST_OUTCOMES = 30
LEAST_OF_EITHER = 10

Scores = Sequence[float]


class Interval(NamedTuple):
    """A figure and its 95 % interval; the ends are None where they cannot be computed."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Lack:
    """How many outcomes are missing for a conclusion."""

    outcomes: int
    won: int
    lost: int


@dataclass(frozen=True, slots=True)
class Band:
    """Scores from `low` up to but excluding `high`; the last band is open."""

    low: int
    high: int | None
    won: int
    lost: int

    @property
    def conversion(self) -> Interval | None:
        return wilson(self.won, self.won + self.lost) if self.won + self.lost else None


@dataclass(frozen=True, slots=True)
class Cut:
    """What would have happened with the threshold at `at`."""

    at: int
    won_passed: int
    lost_passed: int
    precision: float | None
    recall: float | None


class Point(NamedTuple):
    """The best-scored `share` of all outcomes contained `of_won` of the won ones."""

    share: float
    of_won: float


def lack(won: int, lost: int) -> Lack | None:
    """What is missing for a conclusion; None if there are enough outcomes."""
    missing = Lack(
        max(0, LEAST_OUTCOMES - won - lost),
        max(0, LEAST_OF_EITHER - won),
        max(0, LEAST_OF_EITHER - lost),
    )
    return missing if missing.outcomes or missing.won or missing.lost else None


def auc(won: Scores, lost: Scores) -> Interval:
    """The probability that a won outcome scored higher than a lost one; ties count half.

    The interval is DeLong's: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, "Comparing the Areas
    under Two or More Correlated Receiver Operating Characteristic Curves", Biometrics 44 (1988),
    837-845; placements by mid-ranks as in X. Sun, W. Xu, IEEE Signal Processing Letters 21 (2014),
    1389-1393. Without variance the method gives no interval.
    """
    of_won, of_lost = placements(won, lost)
    value = _mean(of_won)
    return _around(value, _variance(of_won) + _variance(of_lost), 0.0, 1.0)


def auc_gain(won: Sequence[tuple[float, float]], lost: Sequence[tuple[float, float]]) -> Interval:
    """How much larger the AUC of the first of two scores of the same outcomes is (DeLong 1988)."""
    new_won, new_lost = placements([a for a, _ in won], [a for a, _ in lost])
    old_won, old_lost = placements([b for _, b in won], [b for _, b in lost])
    of_won = [a - b for a, b in zip(new_won, old_won, strict=True)]
    of_lost = [a - b for a, b in zip(new_lost, old_lost, strict=True)]
    return _around(_mean(of_won), _variance(of_won) + _variance(of_lost), -1.0, 1.0)


def placements(won: Scores, lost: Scores) -> tuple[list[float], list[float]]:
    """For each won score the share of lost ones below it; for each lost one that of won ones above
    it.
    """
    together, among_won, among_lost = _midranks([*won, *lost]), _midranks(won), _midranks(lost)
    m, n = len(won), len(lost)
    above = [(r - own) / n for r, own in zip(together[:m], among_won, strict=True)]
    below = [1 - (r - own) / m for r, own in zip(together[m:], among_lost, strict=True)]
    return above, below


def _midranks(scores: Scores) -> list[float]:
    """The rank of each score; equal scores share the mean of their ranks."""
    order = sorted(range(len(scores)), key=scores.__getitem__)
    ranks = [0.0] * len(scores)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and scores[order[end]] == scores[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + end + 1) / 2
        start = end
    return ranks


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _variance(values: Sequence[float]) -> float:
    """The variance of the mean of these values."""
    if len(values) < 2:
        return 0.0
    middle = _mean(values)
    return sum((v - middle) ** 2 for v in values) / (len(values) - 1) / len(values)


def _around(value: float, variance: float, least: float, most: float) -> Interval:
    if variance < 1e-15:
        return Interval(value)
    reach = Z * sqrt(variance)
    return Interval(value, max(least, value - reach), min(most, value + reach))


def bands(won: Scores, lost: Scores, *, width: int = 10, open_from: int = 100) -> list[Band]:
    """Won and lost by score, highest first; the top band holds all scores from `open_from` on."""
    found = []
    for low in range(0, open_from + 1, width):
        high = low + width if low < open_from else None
        found.append(Band(low, high, _within(won, low, high), _within(lost, low, high)))
    return found[::-1]


def _within(scores: Scores, low: int, high: int | None) -> int:
    return sum(low <= score and (high is None or score < high) for score in scores)


def cuts(won: Scores, lost: Scores, thresholds: Iterable[int]) -> list[Cut]:
    """Precision: how many of those passed were won. Recall: how many of the won passed."""
    won, lost = sorted(won), sorted(lost)
    found = []
    for at in sorted(set(thresholds)):
        right = len(won) - bisect_left(won, at)
        wrong = len(lost) - bisect_left(lost, at)
        passed = right + wrong
        found.append(
            Cut(
                at,
                right,
                wrong,
                right / passed if passed else None,
                right / len(won) if won else None,
            )
        )
    return found


def gains(won: Scores, lost: Scores) -> list[Point]:
    """From the best score down, a point per distinct score, because equal scores have no order."""
    tally: dict[float, list[int]] = {}
    for score in won:
        tally.setdefault(score, [0, 0])[0] += 1
    for score in lost:
        tally.setdefault(score, [0, 0])[1] += 1
    points = [Point(0.0, 0.0)]
    seen = right = 0
    for score in sorted(tally, reverse=True):
        right += tally[score][0]
        seen += sum(tally[score])
        points.append(Point(seen / (len(won) + len(lost)), right / len(won)))
    return points


def won_among_best(points: Sequence[Point], share: float) -> float:
    """The share of the won among the best `share` of all; ties are taken in proportion."""
    for before, after in pairwise(points):
        if share <= after.share:
            part = (share - before.share) / (after.share - before.share)
            return before.of_won + part * (after.of_won - before.of_won)
    return 1.0


def wilson(hits: int, of: int) -> Interval:
    """A proportion with its score interval: E. B. Wilson, JASA 22 (1927), 209-212."""
    share = hits / of
    middle = (share + Z * Z / (2 * of)) / (1 + Z * Z / of)
    reach = Z / (1 + Z * Z / of) * sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    return Interval(share, max(0.0, middle - reach), min(1.0, middle + reach))


def odds_ratio(won_with: int, won: int, lost_with: int, lost: int) -> Interval:
    """The odds of being won with something, divided by the odds without it.

    Woolf's interval (B. Woolf, Annals of Human Genetics 19, 1955) with half a case added to each
    cell, so that an empty cell still gives a figure (J. B. S. Haldane, ibid. 20, 1956).
    """
    cells = [n + 0.5 for n in (won_with, won - won_with, lost_with, lost - lost_with)]
    middle = log(cells[0] * cells[3] / (cells[1] * cells[2]))
    reach = Z * sqrt(sum(1 / n for n in cells))
    return Interval(exp(middle), exp(middle - reach), exp(middle + reach))
