"""95 % intervals without resampling."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, fsum, sqrt
from statistics import NormalDist, fmean

Z = NormalDist().inv_cdf(0.975)


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The interval of a share.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22
    (1927). Valid at 0 and 1 and for few trials, where the normal approximation is not.
    """
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError("a share needs trials, and no more successes than those")
    share = successes / trials
    scale = 1 + Z * Z / trials
    middle = (share + Z * Z / (2 * trials)) / scale
    half = Z * sqrt(share * (1 - share) / trials + Z * Z / (4 * trials * trials)) / scale
    # At the ends the bound is exact, so rounding errors are removed.
    low = 0.0 if successes == 0 else max(middle - half, 0.0)
    high = 1.0 if successes == trials else min(middle + half, 1.0)
    return low, high


def quantile(ordered: Sequence[float], share: float) -> float:
    """A quantile of sorted values, interpolated between the nearest two.

    Like PostgreSQL's percentile_cont and pandas' linear; type 7 of Hyndman and Fan, "Sample
    quantiles in statistical packages", 1996.
    """
    place = (len(ordered) - 1) * share
    below, above = ordered[floor(place)], ordered[ceil(place)]
    return below + (above - below) * (place - floor(place))


def quantile_interval(ordered: Sequence[float], share: float) -> tuple[float, float] | None:
    """An interval between two of the values, by their ranks n p -+ z sqrt(n p (1 - p)).

    The ranks are rounded outward, the upper one plus 1. W. J. Conover, "Practical Nonparametric
    Statistics", 3rd ed. (1999), section 3.2. Assumes no shape of the distribution. None if a rank
    would be outside the sample.
    """
    n = len(ordered)
    half = Z * sqrt(n * share * (1 - share))
    low, high = floor(n * share - half), ceil(n * share + half) + 1
    if low < 1 or high > n:
        return None
    return ordered[low - 1], ordered[high - 1]


def mean_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The interval of a mean, by the central limit theorem.

    None below 30 values, where it is not valid for skewed ones (R. V. Hogg, E. A. Tanis,
    "Probability and Statistical Inference", section 5.6).
    """
    if len(values) < 30:
        return None
    middle = fmean(values)
    # Like `stdev`, whose exact fractions take twenty times as long.
    variance = fsum((value - middle) ** 2 for value in values) / (len(values) - 1)
    half = Z * sqrt(variance / len(values))
    return middle - half, middle + half
