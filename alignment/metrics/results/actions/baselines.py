"""Freezing the baseline that results are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.metrics.queries.deals import RATE
from alignment.metrics.queries.measuring import measure
from alignment.metrics.queries.registry import METRICS
from alignment.metrics.rules import Period, Slice
from alignment.metrics.rules.intervals import wilson
from alignment.people.models import Program, User

from ..models import LONGEST_SOURCE, Baseline, BaselineFigure
from ..queries import TARGETS

FIRST_YEAR, MOST_DAYS, MOST_VALUE = 2000, 3_660, 1e12
MOST_SAMPLE = 10**9


@dataclass(frozen=True, slots=True)
class Entered:
    """A figure from elsewhere, in the metric's unit (win rate: 0 to 1; cycle: days; else
    dollars)."""

    value: float
    sample: int | None = None


@transaction.atomic
def freeze_period(*, program: Program, first: date, last: date, by: User | None) -> Baseline:
    """Measure the results of past days, and freeze those with a large enough sample.

    Raises `ValidationError` if the days are not over, or no sample is large enough.
    """
    _demand_days(program, first, last)
    period = Period(first, last, program.time_zone)
    measured = {key: measure(program, METRICS[key], period, Slice()) for key in TARGETS}
    figures = [
        BaselineFigure(metric=key, value=m.value, sample=m.sample, low=m.low, high=m.high)
        for key, m in measured.items()
        if m.enough and m.value
    ]
    if not figures:
        text = _("There is not enough data in these days: fewer than ten deals were closed.")
        raise ValidationError({"first": text})
    source = _("Measured from %(first)s to %(last)s") % {"first": first, "last": last}
    return _freeze(Baseline(program=program, source=source, first=first, last=last), figures, by)


@transaction.atomic
def freeze_entered(
    *, program: Program, source: str, figures: Mapping[str, Entered], by: User | None
) -> Baseline:
    """Freeze figures that were computed elsewhere; `source` says where. Keys are those of metrics.

    Raises `ValidationError` by field, for a figure by the metric's key.
    """
    errors = {key: text for key, figure in figures.items() if (text := _wrong(key, figure))}
    if not source.strip() or len(source.strip()) > LONGEST_SOURCE:
        errors["source"] = _("Say where the figures come from, in at most 300 characters.")
    if not figures:
        errors["figures"] = _("Give at least one figure.")
    if errors:
        raise ValidationError(errors)
    rows = [_entered(key, figure) for key, figure in figures.items()]
    return _freeze(Baseline(program=program, source=source.strip()), rows, by)


def _demand_days(program: Program, first: date, last: date) -> None:
    errors = {}
    if first.year < FIRST_YEAR:
        errors["first"] = _("Give a day of this century.")
    if last < first:
        errors["last"] = _("The last day is before the first.")
    elif (last - first).days >= MOST_DAYS:
        errors["last"] = _("Give ten years at most.")
    if not errors and Period(first, last, program.time_zone).until > timezone.now():
        errors["last"] = _("Give days that are over.")
    if errors:
        raise ValidationError(errors)


def _wrong(key: str, figure: Entered) -> str | None:
    if key not in TARGETS:
        return _("No result is held against this.")
    most = 1.0 if key == RATE else MOST_VALUE
    if not isfinite(figure.value) or not 0 < figure.value <= most:
        if key == RATE:
            return _("Give a share above 0 and up to 1.")
        return _("Give a number above 0.")
    if figure.sample is not None and not 0 < figure.sample <= MOST_SAMPLE:
        return _("Give the number of deals that it rests on.")
    return None


def _entered(key: str, figure: Entered) -> BaselineFigure:
    """Only for a share does the sample alone determine the interval."""
    row = BaselineFigure(metric=key, value=figure.value, sample=figure.sample)
    if key == RATE and figure.sample:
        low, high = wilson(round(figure.value * figure.sample), figure.sample)
        row.low, row.high = min(low, figure.value), max(high, figure.value)
    return row


def _freeze(baseline: Baseline, figures: Sequence[BaselineFigure], by: User | None) -> Baseline:
    baseline.frozen_by = by
    baseline.save(force_insert=True)
    for figure in figures:
        figure.program_id, figure.baseline = baseline.program_id, baseline
    BaselineFigure.objects.bulk_create(figures)
    audit.record(
        by=by,
        action="baseline.freeze",
        target=baseline,
        program_id=baseline.program_id,
        source=baseline.source,
        figures={figure.metric: figure.value for figure in figures},
    )
    bus.publish(baseline.program_id, "results")
    return baseline
