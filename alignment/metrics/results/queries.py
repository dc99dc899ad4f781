"""Results against the frozen baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ..queries.deals import ACQUISITION, CYCLE, MEAN_SIZE, RATE, SIZE
from ..queries.measuring import measure_all
from ..queries.registry import METRICS
from ..rules import Definition, Measure, Period, Slice
from ..rules.comparison import Change, Figure, change
from .models import Baseline, BaselineFigure

if TYPE_CHECKING:
    from alignment.people.models import Program

# Target changes as shares of the baseline. For ranges ("15 to 25 % shorter"), the nearer end.
TARGETS = {CYCLE: -0.15, SIZE: 0.1, MEAN_SIZE: 0.1, RATE: 0.15, ACQUISITION: -0.2}


class Verdict(StrEnum):
    """`likely`: beyond the target, but within the range of chance."""

    REACHED = "reached"
    LIKELY = "likely"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Result:
    """A metric of the period compared with the baseline. `change` is None unless both samples are
    large enough."""

    definition: Definition
    measure: Measure
    target: float
    baseline: BaselineFigure | None
    change: Change | None

    @property
    def is_reached(self) -> bool | None:
        if self.change is None:
            return None
        return self.change.reaches(self.target, self.definition.better)

    @property
    def verdict(self) -> Verdict | None:
        """Reached only if the whole interval is beyond the target."""
        if self.change is None:
            return None
        if not self.is_reached:
            return Verdict.MISSED
        better = self.definition.better
        is_sure = self.change.surely_reaches(self.target, better)
        return Verdict.REACHED if is_sure else Verdict.LIKELY


def baseline_of(program: Program) -> Baseline | None:
    """The baseline in force: the newest, with its figures."""
    rows = Baseline.objects.in_program(program).prefetch_related("figures")
    return rows.select_related("frozen_by").order_by("-id").first()


def results(program: Program, period: Period, part: Slice) -> list[Result]:
    """Each metric that has a target, compared with the baseline: one statement per set of shared
    rows, plus two."""
    now = measure_all(program, [METRICS[key] for key in TARGETS], period, part)
    return list(held(program, now).values())


def held(program: Program, now: Mapping[str, Measure]) -> dict[str, Result]:
    """The given figures that have a target, compared with the baseline, by key: two statements."""
    keys = [key for key in TARGETS if key in now]
    frozen = baseline_of(program) if keys else None
    figures = {f.metric: f for f in frozen.figures.all()} if frozen else {}
    return {key: _result(key, now[key], figures.get(key)) for key in keys}


def _result(key: str, now: Measure, figure: BaselineFigure | None) -> Result:
    definition = METRICS[key].definition
    return Result(definition, now, TARGETS[key], figure, _changed(definition, now, figure))


def _changed(definition: Definition, now: Measure, figure: BaselineFigure | None) -> Change | None:
    """None if either sample is too small. An entered figure without a sample counts as exact."""
    if figure is None or now.value is None or not now.enough:
        return None
    if figure.sample is not None and figure.sample < definition.least:
        return None
    before = Figure(figure.value, figure.low, figure.high)
    return change(Figure(now.value, now.low, now.high), before)
