"""Recomputing the outcomes of leads that something changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from alignment.core import locks
from alignment.core.locks import Turn

from ..models import StaleLead
from ..queries.answers import ANSWERS_OF_LEADS
from ..queries.steps import steps_of_leads

if TYPE_CHECKING:
    from alignment.people.models import Program

CLAIM_LIMIT = 10_000
_CLAIM = """
WITH claimed AS (
    DELETE FROM metrics_stalelead WHERE id IN (
        SELECT id FROM metrics_stalelead WHERE program_id = %s ORDER BY id LIMIT %s)
    RETURNING lead_id
)
SELECT count(*), coalesce(array_agg(DISTINCT lead_id), '{}') FROM claimed"""


def _written(table: str, key: str, columns: str, found: str) -> str:
    """One statement that replaces the leads' rows by what is found; unchanged rows are not
    rewritten."""
    names = columns.split(", ")
    kept, new = (", ".join(f"{row}.{name}" for name in names) for row in ("k", "excluded"))
    return f"""
WITH found AS MATERIALIZED ({found}),
gone AS (
    DELETE FROM {table} k WHERE k.program_id = %(program)s AND k.lead_id = ANY(%(leads)s)
        AND k.{key} NOT IN (SELECT {key} FROM found))
INSERT INTO {table} AS k (program_id, {key}, {columns})
SELECT program_id, {key}, {columns} FROM found
ON CONFLICT ({key}) DO UPDATE SET ({columns}) = ROW({new})
WHERE ({kept}) IS DISTINCT FROM ({new})"""


_WRITES = (
    _written(
        "metrics_stagestep",
        "event_id",
        "lead_id, kind, at, onward_at, account_id, owner_id, source",
        steps_of_leads(),
    ),
    _written(
        "metrics_answer",
        "handoff_id",
        "lead_id, account_id, source, owner_id, at, points, first_at, sql_at",
        ANSWERS_OF_LEADS,
    ),
)


@transaction.atomic
def settle_leads(*, program: Program) -> bool:
    """Recompute the outcomes of changed leads; True if more wait.

    If another process is at it, leave it to that one: of two concurrent runs, the older reading
    could be written last. Changes during the run are queued by their own transactions and are not
    claimed here.
    """
    if not locks.attempt(Turn.LEAD_FACTS, program.pk):
        return False
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [program.pk, CLAIM_LIMIT])
        claimed, leads = cursor.fetchone()
        given: dict[str, Any] = {"program": program.pk, "leads": leads}
        if leads:
            for statement in _WRITES:
                cursor.execute(statement, given)
    return bool(claimed == CLAIM_LIMIT)


def programs_with_stale_leads() -> list[int]:
    rows = StaleLead.objects.across_programs().order_by()
    return list(rows.values_list("program_id", flat=True).distinct())
