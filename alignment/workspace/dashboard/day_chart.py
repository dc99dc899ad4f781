"""The daily chart of a number: its line, its target, and the labels of its edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from .words import value_words

if TYPE_CHECKING:
    from alignment.metrics.models import Snapshot
    from alignment.metrics.rules import Definition

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values to a drawing of the given size, with `edge` kept free above and below."""

    low: float
    high: float
    width: int
    height: int
    edge: int

    def y(self, value: float) -> float:
        span = (self.high - self.low) or 1
        free = self.height - 2 * self.edge
        return round(self.height - self.edge - free * (value - self.low) / span, 1)

    def points(self, values: Values) -> str:
        """A line through the known values; empty if there are fewer than two."""
        known = [(place, value) for place, value in enumerate(values) if value is not None]
        if len(known) < 2:
            return ""
        last = len(values) - 1
        return " ".join(
            f"{self.width * place / last:.1f},{self.y(value)}" for place, value in known
        )


def sparkline(values: Values) -> str:
    """Points on 100 by 30 units, for the component of the same name."""
    known = [value for value in values if value is not None] or [0]
    return Scale(min(known), max(known), width=100, height=30, edge=2).points(values)


@dataclass(frozen=True, slots=True)
class DayChart:
    """On 600 by 160 units. `now` is the line that includes late rows, if there are any."""

    line: str
    now: str
    target_y: float | None
    high: str
    low: str
    first: date
    last: date


def day_chart(definition: Definition, rows: Sequence[Snapshot]) -> DayChart | None:
    """The chart of the given days, in order; None with too few values for a line."""
    values = [row.value for row in rows]
    latest = [row.restated_value for row in rows]
    known = [v for v in [*values, *latest, definition.target] if v is not None]
    if not known:
        return None
    scale = Scale(min(known), max(known), width=600, height=160, edge=6)
    line = scale.points(values)
    if not line:
        return None
    return DayChart(
        line=line,
        now=scale.points(latest) if any(row.restated_at for row in rows) else "",
        target_y=None if definition.target is None else scale.y(definition.target),
        high=value_words(definition.unit, scale.high),
        low=value_words(definition.unit, scale.low),
        first=rows[0].day,
        last=rows[-1].day,
    )
