"""Comparing a figure with a frozen one, and the cost per deal won."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

from .frame import LEAST_SAMPLE, Better, Measure
from .intervals import Z


@dataclass(frozen=True, slots=True)
class Change:
    """`share`: 0.1 is ten percent more. `low` and `high` bound its 95 % interval, if there is a
    valid one."""

    share: float
    low: float | None = None
    high: float | None = None

    @property
    def is_clear(self) -> bool:
        """Chance alone hardly explains it: the interval excludes zero."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high

    def reaches(self, target: float, better: Better) -> bool:
        return self.share >= target if better == Better.UP else self.share <= target

    def surely_reaches(self, target: float, better: Better) -> bool:
        """The whole interval reaches the target, so chance hardly explains that either."""
        if self.low is None or self.high is None:
            return False
        return self.low >= target if better == Better.UP else self.high <= target


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its 95 % interval; without one it counts as exact."""

    value: float
    low: float | None = None
    high: float | None = None


def change(now: Figure, before: Figure) -> Change | None:
    """The relative change; None if `before` is zero.

    Its interval follows from those of the two figures: G. Y. Zou, A. Donner, "Construction of
    confidence limits about effect measures: a general approach", Statistics in Medicine 27 (2008),
    on the logarithms: MOVER. It keeps the asymmetry of Wilson's interval and of ranks. There is no
    interval if a figure is not above zero, or if today's has none.
    """
    if before.value <= 0:
        return None
    ratio = now.value / before.value
    limits = (now.low, now.high, now.value, before.low or before.value, before.high or before.value)
    if now.low is None or now.high is None or min(limit or 0 for limit in limits) <= 0:
        return Change(ratio - 1)
    below = _distance(now.value, now.low, before.value, before.high)
    above = _distance(now.value, now.high, before.value, before.low)
    return Change(ratio - 1, ratio * exp(-below) - 1, ratio * exp(above) - 1)


def _distance(now: float, limit: float, before: float, other: float | None) -> float:
    return sqrt(log(limit / now) ** 2 + log((other or before) / before) ** 2)


def of_ratio(total: float, counted: int, rows: int, *, least: int = LEAST_SAMPLE) -> Measure:
    """Money per thing counted, out of `rows` (both kinds).

    The money is known; how many things it brings varies by chance like a Poisson number, so its
    interval is Byar's (N. E. Breslow, N. E. Day, "Statistical Methods in Cancer Research" II, 1987,
    p. 69). Without known money there is no cost, rather than a cost of zero.
    """
    if counted == 0 or rows == counted:
        return Measure(None, total, counted, counted, least=least)
    few, many = _byar(counted)
    return Measure(total / counted, total, counted, counted, total / many, total / few, least=least)


def _byar(count: int) -> tuple[float, float]:
    more = count + 1
    low = count * (1 - 1 / (9 * count) - Z / (3 * sqrt(count))) ** 3
    return low, more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3
