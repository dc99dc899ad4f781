"""A metric broken down by an attribute of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from ..rules import Measure, Period, Slice, Statistic, of_counts, of_sum, of_values
from .population import Metric, filtered

if TYPE_CHECKING:
    from alignment.people.models import Program

MOST_GROUPS = 25
BY = {
    "source": "coalesce(p.source, '')",
    # Three NAICS sectors span several prefixes.
    "segment": "coalesce((SELECT CASE WHEN s.two IN ('31', '32', '33') THEN '31-33'"
    " WHEN s.two IN ('44', '45') THEN '44-45' WHEN s.two IN ('48', '49') THEN '48-49'"
    " ELSE s.two END FROM accounts_account a CROSS JOIN LATERAL (SELECT left(a.naics, 2) AS two) s"
    " WHERE a.id = p.account_id), '')",
    "team": "coalesce((SELECT t.name FROM people_membership m JOIN people_team t ON t.id = m.team_id"
    " WHERE m.program_id = %(program)s AND m.user_id = p.owner_id), '')",
    "tier": "coalesce((SELECT t.tier::text FROM selection_target t WHERE t.account_id = p.account_id"
    " AND t.left_at IS NULL), '')",
    "kind": "coalesce(p.note, '')",
}


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    measure: Measure


def breakdown(
    program: Program, metric: Metric, period: Period, part: Slice, by: str
) -> list[Group]:
    """The groups with the most rows first, at most 25: one statement.

    Empty for metrics whose values are not computed in the database, and for costs, which belong to
    no slice.
    """
    definition = metric.definition
    if metric.population.revalue is not None or definition.statistic == Statistic.RATIO:
        return []
    sql, params = filtered(program, metric.population, period, part)
    statement = f"""SELECT g.key, count(*), count(*) FILTER (WHERE g.counted),
        coalesce(sum(g.value), 0), array_agg(g.value) FILTER (WHERE g.value IS NOT NULL)
        FROM (SELECT {BY[by]} AS key, p.counted, p.value FROM ({sql}) p) g
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_GROUPS}"""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found = cursor.fetchall()
    groups = []
    for key, rows, counted, total, values in found:
        if definition.statistic == Statistic.SHARE:
            measure = of_counts(counted, rows, least=definition.least)
        elif definition.statistic == Statistic.SUM:
            measure = of_sum(float(total), rows)
        else:
            measure = of_values(
                values or [], definition.statistic, rows=rows, least=definition.least
            )
        groups.append(Group(key, measure))
    return groups
