"""The rows behind a number. One statement is both counted and listed, so they cannot differ."""

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
# What happened later is not known of: the end of time, unless a number is asked for as it stood.
AS_OF = "%(as_of)s::timestamptz"
# Up to when time has passed.
PASSED = f"least({AS_OF}, statement_timestamp())"


class Subject(StrEnum):
    """What a row is about: what its title is and where its link leads."""

    LEAD = "lead"
    OPPORTUNITY = "opportunity"
    ACCOUNT = "account"
    CAMPAIGN = "campaign"


# The account by its name, and the dollars of a deal that has an amount.
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
    """Rows that several populations look at. `rows` are their SELECTs, with {columns} for what each
    says of a row; where there are several no row is in two of them, and what is counted in each adds
    up. `counted`, `value` and `only` are expressions over their tables."""

    rows: tuple[str, ...]
    counted: str
    value: str
    only: str = "true"


class Timed(NamedTuple):
    """What working time is reckoned of, a column each, for there may be very many: moments (seconds
    since 1970), elapsed seconds, people."""

    at: Sequence[float]
    elapsed: Sequence[float]
    owners: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Population:
    """A SELECT over %(program)s, %(since)s and %(until)s (or the days %(first)s and %(last)s in %(zone)s)
    with these columns, of what had happened by `AS_OF`:

    `row_id` (bigint, unique, orders the list within `at`), `id` (of the subject), `account_id`,
    `owner_id`, `source` (what slices ask for; null where there is none), `at` (the moment by which
    it falls into the period), `counted` (in the numerator), `value` (float8, null: none) and `note`
    (text: what else to know of the row).
    """

    sql: str
    subject: Subject
    params: Mapping[str, Any] = field(default_factory=dict)
    # Values that SQL cannot reckon, such as working time: of each row that has one.
    revalue: Callable[[Program, Timed], list[float]] | None = None
    # The same as parts of rows that others look at too: they are read once for all of them.
    shared: Shared | None = None

    @classmethod
    def of(cls, shared: Shared, note: str, subject: Subject, **others: Any) -> Population:
        """Of rows that are shared, with what to know of each beside."""
        columns = f"({shared.counted}) AS counted, {shared.value} AS value, {note} AS note"
        parts = (f"{rows.format(columns=columns)} AND {shared.only}" for rows in shared.rows)
        sql = " UNION ALL ".join(parts)
        return cls(sql, subject, shared=shared, **others)


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
    account: str = ""
    # Of a deal.
    amount_usd: float | None = None


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
    subject = metric.population.subject
    title = f"coalesce(({_TITLES[subject]}), '')"
    account = f"coalesce(({_ACCOUNT}), '')"
    dollars = f"({_DOLLARS})" if subject == Subject.OPPORTUNITY else "NULL"
    statement = (
        "SELECT row_id, id, at, counted, value, coalesce(note, ''), owner_id,"
        f" {title}, {account}, {dollars} FROM ({sql}) p {tail}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**params, "after": after, "most": most})
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
    """The population of one program, period and slice, as it stood at `as_of`, or stands."""
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
        # The planner knows how many names begin like that, not how many first two letters are so.
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
            # Nor is what is of no account. Looked up in a hash: so asked, it becomes no join.
            where.append(f"({on_list.format(tier='')}) IS NOT TRUE")
        else:
            where.append(on_list.format(tier=" AND t.tier = %(tier)s"))
            params["tier"] = int(part.tier)
    if part.source is not None:
        where.append("r.source = %(source)s")
        params["source"] = part.source
    if not where:
        return population.sql, params
    return f"SELECT r.* FROM ({population.sql}) r WHERE {' AND '.join(where)}", params
