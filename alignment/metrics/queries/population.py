"""The rows behind a number. One statement is both counted and listed, so they cannot differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import connection

from alignment.reference.industries import sector_prefixes

from ..rules import (
    Definition,
    Measure,
    Period,
    Slice,
    Statistic,
    of_counts,
    of_ratio,
    of_sum,
    of_values,
)

if TYPE_CHECKING:
    from alignment.people.models import Program

MOST_ROWS = 100


class Subject(StrEnum):
    """What a row is about: what its title is and where its link leads."""

    LEAD = "lead"
    OPPORTUNITY = "opportunity"
    ACCOUNT = "account"
    CAMPAIGN = "campaign"


_TITLES = {
    Subject.LEAD: """SELECT concat_ws(' ', nullif(s.first_name, ''), nullif(s.last_name, ''))
        || coalesce(' · ' || a.name, '') FROM accounts_lead l
        JOIN accounts_stakeholder s ON s.id = l.stakeholder_id
        LEFT JOIN accounts_account a ON a.id = l.account_id WHERE l.id = p.id""",
    Subject.OPPORTUNITY: "SELECT o.name FROM opportunities_opportunity o WHERE o.id = p.id",
    Subject.ACCOUNT: "SELECT a.name FROM accounts_account a WHERE a.id = p.id",
    Subject.CAMPAIGN: "SELECT c.name FROM campaigns_campaign c WHERE c.id = p.id",
}


@dataclass(frozen=True, slots=True)
class Population:
    """A SELECT over %(program)s, %(since)s and %(until)s (or the days %(first)s and %(last)s in %(zone)s)
    with these columns:

    `row_id` (bigint, unique, orders the list within `at`), `id` (of the subject), `account_id`,
    `owner_id`, `source` (what slices ask for; null where there is none), `at` (the moment by which
    it falls into the period), `counted` (in the numerator), `value` (float8, null: none) and `note`
    (text: what else to know of the row).
    """

    sql: str
    subject: Subject
    params: Mapping[str, Any] = field(default_factory=dict)
    # Values that SQL cannot reckon, such as working time: of (value, note, owner_id) of each row.
    revalue: Callable[[Program, Sequence[Row]], list[float | None]] | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    definition: Definition
    population: Population


@dataclass(frozen=True, slots=True)
class Row:
    """One row behind a number. `value` in the metric's unit."""

    row_id: int
    id: int
    at: datetime
    counted: bool
    value: float | None
    note: str
    owner_id: int | None
    title: str = ""


# Values that were read for one page, by population and period; all of one program and slice.
Memory = dict[tuple[int, Period], tuple[list[float], int]]


def measure(
    program: Program, metric: Metric, period: Period, part: Slice, memory: Memory | None = None
) -> Measure:
    """The number: one statement, or none where `memory` has the values of the same rows."""
    definition, population = metric.definition, metric.population
    sql, params = filtered(program, population, period, part)
    if definition.statistic == Statistic.SHARE:
        counted, rows = _one(
            f"SELECT count(*) FILTER (WHERE counted), count(*) FROM ({sql}) p", params
        )
        return of_counts(counted, rows, least=definition.least)
    if definition.statistic == Statistic.SUM:
        total, rows = _one(f"SELECT coalesce(sum(value), 0), count(*) FROM ({sql}) p", params)
        return of_sum(float(total), rows)
    if definition.statistic == Statistic.RATIO:
        return _ratio(sql, params, part, definition.least)
    known = {} if memory is None else memory
    key = (id(population), period)
    if key not in known:
        known[key] = _values(program, population, sql, params)
    values, rows = known[key]
    return of_values(values, definition.statistic, rows=rows, least=definition.least)


def _values(
    program: Program, population: Population, sql: str, params: Mapping[str, Any]
) -> tuple[list[float], int]:
    """The values that there are, and how many rows were looked at."""
    if population.revalue is not None:
        found = _read(sql, params, "")
        values = population.revalue(program, found)
        return [value for value in values if value is not None], len(found)
    known, rows = _one(
        f"SELECT array_agg(value) FILTER (WHERE value IS NOT NULL), count(*) FROM ({sql}) p", params
    )
    return known or [], rows


def _ratio(sql: str, params: Mapping[str, Any], part: Slice, least: int) -> Measure:
    """What is divided belongs to no slice: of a part there is no ratio."""
    if not part.is_all:
        return Measure(None, None, None, 0, least=least)
    total, counted, rows = _one(
        f"SELECT coalesce(sum(value), 0), count(*) FILTER (WHERE counted), count(*) FROM ({sql}) p",
        params,
    )
    return of_ratio(float(total), counted, rows, least=least)


def rows_behind(
    program: Program,
    metric: Metric,
    period: Period,
    part: Slice,
    *,
    counted: bool | None = None,
    after: int = 0,
    most: int = MOST_ROWS,
) -> list[Row]:
    """The rows of the same statement, the newest first, from the `after`-th on.

    `counted` picks those inside or outside of the numerator; of values, those with or without one.
    """
    sql, params = filtered(program, metric.population, period, part)
    picked = ""
    if counted is not None:
        share = metric.definition.statistic in (Statistic.SHARE, Statistic.RATIO)
        wanted = "counted" if share else "(value IS NOT NULL)"
        picked = f"WHERE {wanted} IS {'TRUE' if counted else 'NOT TRUE'}"
    tail = f"{picked} ORDER BY at DESC, row_id DESC OFFSET %(after)s LIMIT %(most)s"
    title = f"coalesce(({_TITLES[metric.population.subject]}), '')"
    found = _read(sql, {**params, "after": after, "most": most}, tail, title=title)
    if metric.population.revalue is None:
        return found
    values = metric.population.revalue(program, found)
    return [
        Row(r.row_id, r.id, r.at, r.counted, value, r.note, r.owner_id, r.title)
        for r, value in zip(found, values, strict=True)
    ]


def _read(sql: str, params: Mapping[str, Any], tail: str, *, title: str = "''") -> list[Row]:
    statement = (
        "SELECT row_id, id, at, counted, value, coalesce(note, ''), owner_id,"
        f" {title} FROM ({sql}) p {tail}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(params))
        return [Row(*row) for row in cursor.fetchall()]


def _one(statement: str, params: Mapping[str, Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(params))
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def filtered(
    program: Program, population: Population, period: Period, part: Slice
) -> tuple[str, dict[str, Any]]:
    """The population of one program, period and slice."""
    params = {
        **population.params,
        "program": program.pk,
        "since": period.since,
        "until": period.until,
        "first": period.first,
        "last": period.last,
        "zone": period.zone,
    }
    where = []
    if part.team is not None:
        where.append(
            "EXISTS (SELECT FROM people_membership m WHERE m.program_id = %(program)s"
            " AND m.user_id = r.owner_id AND m.team_id = %(team)s)"
        )
        params["team"] = part.team
    if part.segment is not None:
        where.append(
            "EXISTS (SELECT FROM accounts_account g WHERE g.id = r.account_id"
            " AND left(g.naics, 2) = ANY(%(sectors)s))"
        )
        params["sectors"] = list(sector_prefixes(part.segment))
    if part.tier is not None:
        on_list = (
            "EXISTS (SELECT FROM selection_target t WHERE t.account_id = r.account_id"
            " AND t.left_at IS NULL{tier})"
        )
        if part.tier == "none":
            where.append("NOT " + on_list.format(tier=""))
        else:
            where.append(on_list.format(tier=" AND t.tier = %(tier)s"))
            params["tier"] = int(part.tier)
    if part.source is not None:
        where.append("r.source = %(source)s")
        params["source"] = part.source
    if not where:
        return population.sql, params
    return f"SELECT r.* FROM ({population.sql}) r WHERE {' AND '.join(where)}", params
