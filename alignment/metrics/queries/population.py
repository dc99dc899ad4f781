"""The rows behind a figure. One statement serves for counting and listing, so they cannot
differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from alignment.reference.industries import sector_prefixes

from ..rules import Definition, Period, Slice, Statistic

if TYPE_CHECKING:
    from alignment.people.models import Program

MOST_ROWS = 100
# Later events are ignored; infinity, unless a figure is asked for as of a moment.
AS_OF = "%(as_of)s::timestamptz"
# The end of elapsed time.
PASSED = f"least({AS_OF}, statement_timestamp())"


class Subject(StrEnum):
    """What a row is about, which decides its title and link."""

    LEAD = "lead"
    OPPORTUNITY = "opportunity"
    ACCOUNT = "account"
    CAMPAIGN = "campaign"


# The account's name, and the dollars of a deal that has an amount.
_ACCOUNT = "SELECT a.name FROM accounts_account a WHERE a.id = p.account_id"
_DOLLARS = """SELECT o.amount_usd::float8 FROM opportunities_opportunity o
    WHERE o.id = p.id AND o.amount IS NOT NULL"""
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
class Shared:
    """Rows that several populations share.

    `rows` are SELECTs, with {columns} for what each adds to a row; if there are several, no row is
    in two of them, so their counts add up. `counted`, `value` and `only` are expressions over their
    tables.
    """

    rows: tuple[str, ...]
    counted: str
    value: str
    only: str = "true"


class Timed(NamedTuple):
    """The input for working time, in columns because there may be very many rows: moments (seconds
    since 1970), elapsed seconds, people."""

    at: Sequence[float]
    elapsed: Sequence[float]
    owners: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Population:
    """The rows behind a metric, and how to show them.

    `parts` are SELECTs, of which no two have a row in common. Their parameters are %(program)s,
    %(since)s and %(until)s, or the days %(first)s and %(last)s in %(zone)s. They have these
    columns, about what had happened by `AS_OF`:

    `row_id` (bigint, unique, orders the list within `at`), `id` (of the subject), `account_id`,
    `owner_id`, `source` (used by slices; null if there is none), `at` (the moment that places it in
    the period), `counted` (in the numerator), `value` (float8, null: none) and `note` (text: other
    facts to show).
    """

    parts: tuple[str, ...]
    subject: Subject
    params: Mapping[str, Any] = field(default_factory=dict)
    # Computes values that SQL cannot, such as working time, for each row that has one.
    revalue: Callable[[Program, Timed], list[float]] | None = None
    # The same as a view of shared rows, which are read once for all metrics that share them.
    shared: Shared | None = None

    @classmethod
    def of(cls, shared: Shared, note: str, subject: Subject, **others: Any) -> Population:
        """A population of shared rows, with a note for each."""
        columns = f"({shared.counted}) AS counted, {shared.value} AS value, {note} AS note"
        parts = tuple(f"{rows.format(columns=columns)} AND {shared.only}" for rows in shared.rows)
        return cls(parts, subject, shared=shared, **others)

    @property
    def sql(self) -> str:
        return " UNION ALL ".join(self.parts)


@dataclass(frozen=True, slots=True)
class Metric:
    definition: Definition
    population: Population


@dataclass(frozen=True, slots=True)
class Row:
    """One row behind a figure. `value` is in the metric's unit."""

    row_id: int
    id: int
    at: datetime
    counted: bool
    value: float | None
    note: str
    owner_id: int | None
    title: str = ""
    account: str = ""
    # Only for deals.
    amount_usd: float | None = None


class Place(NamedTuple):
    """A row's place in the list. Rows that arrive later are above it and shift nothing."""

    at: datetime
    row_id: int


def rows_behind(
    program: Program,
    metric: Metric,
    period: Period,
    part: Slice,
    *,
    counted: bool | None = None,
    behind: Place | None = None,
    backwards: bool = False,
    most: int = MOST_ROWS,
) -> list[Row]:
    """The rows of the same statement, newest first, starting `behind` a row. `backwards`: those
    above it, the nearest first.

    `counted` selects those inside or outside the numerator; for values, those with or without one.
    """
    picks, params = _conditions(program, metric.population, period, part)
    if counted is not None:
        share = metric.definition.statistic in (Statistic.SHARE, Statistic.RATIO)
        wanted = "counted" if share else "(value IS NOT NULL)"
        picks.append(f"{wanted} IS {'TRUE' if counted else 'NOT TRUE'}")
    if behind is not None:
        side = ">" if backwards else "<"
        picks.append(f"(at, row_id) {side} (%(behind_at)s, %(behind_row)s)")
        params |= {"behind_at": behind.at, "behind_row": behind.row_id}
    way = "ASC" if backwards else "DESC"
    page = f"ORDER BY at {way}, row_id {way} LIMIT %(most)s"
    # Each part ends at the page by itself: a note, which may be a statement of its own, is then
    # worked out for the rows shown and not for all.
    parts = (f"({_picked(sql, picks)} {page})" for sql in metric.population.parts)
    subject = metric.population.subject
    title = f"coalesce(({_TITLES[subject]}), '')"
    account = f"coalesce(({_ACCOUNT}), '')"
    dollars = f"({_DOLLARS})" if subject == Subject.OPPORTUNITY else "NULL"
    statement = (
        "SELECT row_id, id, at, counted, value, coalesce(note, ''), owner_id,"
        f" {title}, {account}, {dollars} FROM ({' UNION ALL '.join(parts)}) p {page}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**params, "most": most})
        found = [Row(*row) for row in cursor.fetchall()]
    return _revalued(program, metric.population, found)


def _revalued(program: Program, population: Population, rows: list[Row]) -> list[Row]:
    if population.revalue is None:
        return rows
    known = [row for row in rows if row.value is not None]
    timed = Timed(
        [row.at.timestamp() for row in known],
        [row.value for row in known if row.value is not None],
        [row.owner_id for row in known],
    )
    values = iter(population.revalue(program, timed))
    return [row if row.value is None else replace(row, value=next(values)) for row in rows]


def filtered(
    program: Program,
    population: Population,
    period: Period,
    part: Slice,
    as_of: datetime | None = None,
) -> tuple[str, dict[str, Any]]:
    """The population of one program, period and slice, as of `as_of` or now."""
    where, params = _conditions(program, population, period, part, as_of)
    return (_picked(population.sql, where) if where else population.sql), params


def _picked(sql: str, where: Sequence[str]) -> str:
    """The rows `r` that satisfy all conditions."""
    return f"SELECT r.* FROM ({sql}) r WHERE {' AND '.join(where) or 'true'}"


def _conditions(
    program: Program,
    population: Population,
    period: Period,
    part: Slice,
    as_of: datetime | None = None,
) -> tuple[list[str], dict[str, Any]]:
    """What the slice asks of a row `r`; and all parameters."""
    params = {
        **population.params,
        "program": program.pk,
        "since": period.since,
        "until": min(period.until, as_of) if as_of else period.until,
        "as_of": as_of or "infinity",
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
        # The planner can estimate how many codes match a prefix, but not a comparison of their
        # first two digits.
        where.append(
            "r.account_id IN (SELECT g.id FROM accounts_account g"
            " WHERE g.program_id = %(program)s AND g.naics LIKE ANY(%(sectors)s))"
        )
        params["sectors"] = [f"{prefix}%" for prefix in sector_prefixes(part.segment)]
    if part.tier is not None:
        on_list = (
            "r.account_id IN (SELECT t.account_id FROM selection_target t"
            " WHERE t.program_id = %(program)s AND t.left_at IS NULL{tier})"
        )
        if part.tier == "none":
            # Rows without an account also match tier "none". Written so that it becomes a hashed
            # lookup, not a join.
            where.append(f"({on_list.format(tier='')}) IS NOT TRUE")
        else:
            where.append(on_list.format(tier=" AND t.tier = %(tier)s"))
            params["tier"] = int(part.tier)
    if part.source is not None:
        where.append("r.source = %(source)s")
        params["source"] = part.source
    return where, params
