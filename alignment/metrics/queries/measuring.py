"""From populations to figures; metrics of the same rows share one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from django.db import connection

from ..rules import Measure, Period, Slice, Statistic, of_counts, of_ratio, of_sum, of_values
from .population import Metric, Population, Shared, Timed, filtered

if TYPE_CHECKING:
    from alignment.people.models import Program

# The aggregates of each statistic: `o` selects the rows it looks at, `c` those it counts, `v` is
# their value. The last aggregate is the number of rows.
_ROWS = "count(*) FILTER (WHERE {o})"
_KNOWN = "FILTER (WHERE {o} AND {v} IS NOT NULL)"
_COUNTED = "count(*) FILTER (WHERE {o} AND {c})"
_TOTAL = "coalesce(sum({v}) FILTER (WHERE {o}), 0)"
_VALUES = (f"array_agg({{v}}) {_KNOWN}", _ROWS)
_TIMED = (
    f"array_agg(date_part('epoch', g.at)) {_KNOWN}",
    f"array_agg({{v}}) {_KNOWN}",
    f"array_agg(g.owner_id) {_KNOWN}",
    _ROWS,
)
_READ = {
    Statistic.SHARE: (_COUNTED, _ROWS),
    Statistic.SUM: (_TOTAL, _ROWS),
    Statistic.RATIO: (_TOTAL, _COUNTED, _ROWS),
}


@dataclass
class _Pass:
    """One pass over rows that several metrics share, without repeated aggregates."""

    rows: tuple[str, ...]
    columns: dict[str, str] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    metrics: list[tuple[Metric, list[int]]] = field(default_factory=list)

    def add(self, metric: Metric, shared: Shared) -> None:
        names = {
            "o": self._column(shared.only),
            "c": self._column(f"coalesce({shared.counted}, false)"),
            "v": self._column(shared.value),
        }
        self.params |= metric.population.params
        wanted = [text.format(**names) for text in _wanted(metric)]
        self.metrics.append(
            (metric, [self.asked.setdefault(text, len(self.asked)) for text in wanted])
        )

    def _column(self, expression: str) -> str:
        return f"g.{self.columns.setdefault(expression, f'x{len(self.columns)}')}"

    def parts(self) -> list[str]:
        columns = ", ".join(f"{text} AS {name}" for text, name in self.columns.items())
        return [rows.format(columns=columns) for rows in self.rows]


def _wanted(metric: Metric) -> tuple[str, ...]:
    if metric.population.revalue is not None:
        return _TIMED
    return _READ.get(metric.definition.statistic, _VALUES)


def measure(
    program: Program,
    metric: Metric,
    period: Period,
    part: Slice,
    *,
    as_of: datetime | None = None,
) -> Measure:
    """Measure one metric: one statement."""
    return measure_all(program, [metric], period, part, as_of=as_of)[metric.definition.key]


def measure_all(
    program: Program,
    metrics: Iterable[Metric],
    period: Period,
    part: Slice,
    *,
    as_of: datetime | None = None,
) -> dict[str, Measure]:
    """Figures by key: one statement for metrics of the same rows. With `as_of` they are computed
    from the rows known today, as of that moment."""
    passes: dict[Any, _Pass] = {}
    for metric in metrics:
        population = metric.population
        shared = population.shared or _alone(population)
        # Shared populations have no parameters of their own in the rows, so their parameters can be
        # merged.
        own = () if population.shared else tuple(sorted(population.params.items()))
        one = passes.setdefault((shared.rows, own), _Pass(shared.rows))
        one.add(metric, shared)
    found: dict[str, Measure] = {}
    for one in passes.values():
        found |= _measured(program, one, period, part, as_of)
    return found


def _alone(population: Population) -> Shared:
    sql = population.sql.replace("{", "{{").replace("}", "}}")
    rows = f"SELECT a.account_id, a.owner_id, a.source, a.at, {{columns}} FROM ({sql}) a"
    return Shared((rows,), "a.counted", "a.value")


def _measured(
    program: Program, one: _Pass, period: Period, part: Slice, as_of: datetime | None
) -> dict[str, Measure]:
    subject = one.metrics[0][0].population.subject
    counted: list[str] = []
    params: dict[str, Any] = {}
    for rows in one.parts():
        population = Population((rows,), subject, one.params)
        sql, params = filtered(program, population, period, part, as_of)
        counted.append(f"SELECT {', '.join(one.asked)} FROM ({sql}) g")
    with connection.cursor() as cursor:
        # Aggregated part by part, because a union of the rows would be materialised first.
        cursor.execute(" UNION ALL ".join(counted), params)
        read = [_together(column) for column in zip(*cursor.fetchall(), strict=True)]
    known: dict[int, list[float]] = {}
    found = {}
    for metric, places in one.metrics:
        values = [read[place] for place in places]
        if metric.population.revalue is not None:
            key = id(metric.population)
            if key not in known:
                known[key] = _revalued(program, metric.population, values)
            values = [known[key], values[-1]]
        found[metric.definition.key] = _of(metric, values, part)
    return found


def _together(column: Sequence[Any]) -> Any:
    """The sum of the parts' counts, or all values they collected."""
    found = [part for part in column if part is not None]
    return reduce(add, found) if found else None


def _revalued(
    program: Program, population: Population, columns: Sequence[list[Any] | None]
) -> list[float]:
    assert population.revalue is not None
    at, values, owners = (column or [] for column in columns[:3])
    return population.revalue(program, Timed(at, values, owners))


def _of(metric: Metric, values: Sequence[Any], part: Slice) -> Measure:
    statistic, least = metric.definition.statistic, metric.definition.least
    if statistic == Statistic.SHARE:
        return of_counts(*values, least=least)
    if statistic == Statistic.SUM:
        return of_sum(float(values[0]), values[1])
    if statistic == Statistic.RATIO:
        # Costs belong to no slice, so a slice has no ratio.
        if not part.is_all:
            return Measure(None, None, None, 0, least=least)
        return of_ratio(float(values[0]), *values[1:], least=least)
    return of_values(values[0] or [], statistic, rows=values[1], least=least)
