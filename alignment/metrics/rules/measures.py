"""From rows to a measure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from .frame import LEAST_SAMPLE, Measure, Statistic
from .intervals import mean_interval, quantile, quantile_interval, wilson

_QUANTILES = {Statistic.MEDIAN: 0.5, Statistic.P90: 0.9}


def of_counts(counted: int, rows: int, *, least: int = LEAST_SAMPLE) -> Measure:
    """A share with Wilson's interval."""
    if not rows:
        return Measure(None, 0, 0, 0, least=least)
    return Measure(counted / rows, counted, rows, rows, *wilson(counted, rows), least=least)


def of_values(
    values: Sequence[float], statistic: Statistic, *, rows: int, least: int = LEAST_SAMPLE
) -> Measure:
    """Median, 90th percentile or mean of the rows that have a value, out of `rows` looked at."""
    if statistic == Statistic.RATIO:
        # Costs belong to no slice, so a slice has no ratio.
        return Measure(None, None, None, 0, least=least)
    if not values:
        return Measure(None, 0, rows, 0, least=least)
    sample = len(values)
    if statistic == Statistic.MEAN:
        value, interval = fmean(values), mean_interval(values)
    else:
        ordered, share = sorted(values), _QUANTILES[statistic]
        value, interval = quantile(ordered, share), quantile_interval(ordered, share)
    low, high = interval or (None, None)
    return Measure(value, sample, rows, sample, low, high, least=least)


def of_sum(total: float, rows: int) -> Measure:
    """A sum is exact: it has no interval, and one row is enough."""
    return Measure(total, total, rows, rows, least=0)
