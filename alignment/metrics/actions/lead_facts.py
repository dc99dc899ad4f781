"""Working out again what became of leads, wherever something was written of them since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from ..models import StaleLead
from ..queries.answers import ANSWERS_OF_LEADS
from ..queries.steps import steps_of_leads

if TYPE_CHECKING:
    from alignment.people.models import Program

# First key of the advisory locks by which those who work out a program's leads take turns.
TURNS = 7_307
CLAIM_LIMIT = 10_000
_TURN = "SELECT pg_try_advisory_xact_lock(%s, %s)"
_CLAIM = """
WITH claimed AS (
    DELETE FROM metrics_stalelead WHERE id IN (
        SELECT id FROM metrics_stalelead WHERE program_id = %s ORDER BY id LIMIT %s)
    RETURNING lead_id
)
SELECT count(*), coalesce(array_agg(DISTINCT lead_id), '{}') FROM claimed"""
_FORGET_STEPS = f"""
DELETE FROM metrics_stagestep k
WHERE k.program_id = %(program)s AND k.lead_id = ANY(%(leads)s)
  AND k.event_id NOT IN (SELECT event_id FROM ({steps_of_leads()}) r)"""
# What did not change is not written again.
_KEEP_STEPS = f"""
INSERT INTO metrics_stagestep AS k (program_id, event_id, lead_id, kind, at, onward_at)
SELECT program_id, event_id, lead_id, kind, at, onward_at FROM ({steps_of_leads()}) r
ON CONFLICT (event_id) DO UPDATE SET lead_id = excluded.lead_id, kind = excluded.kind,
    at = excluded.at, onward_at = excluded.onward_at
WHERE (k.lead_id, k.kind, k.at, k.onward_at)
    IS DISTINCT FROM (excluded.lead_id, excluded.kind, excluded.at, excluded.onward_at)"""
_FORGET_ANSWERS = f"""
DELETE FROM metrics_answer k
WHERE k.program_id = %(program)s AND k.lead_id = ANY(%(leads)s)
  AND k.handoff_id NOT IN (SELECT handoff_id FROM ({ANSWERS_OF_LEADS}) r)"""
_KEEP_ANSWERS = f"""
INSERT INTO metrics_answer AS k (program_id, handoff_id, lead_id, owner_id, at, points, first_at, sql_at)
SELECT program_id, handoff_id, lead_id, owner_id, at, points, first_at, sql_at
FROM ({ANSWERS_OF_LEADS}) r
ON CONFLICT (handoff_id) DO UPDATE SET lead_id = excluded.lead_id, owner_id = excluded.owner_id,
    at = excluded.at, points = excluded.points, first_at = excluded.first_at,
    sql_at = excluded.sql_at
WHERE (k.lead_id, k.owner_id, k.at, k.points, k.first_at, k.sql_at)
    IS DISTINCT FROM (excluded.lead_id, excluded.owner_id, excluded.at, excluded.points,
        excluded.first_at, excluded.sql_at)"""
_WRITES = (_FORGET_STEPS, _KEEP_STEPS, _FORGET_ANSWERS, _KEEP_ANSWERS)


@transaction.atomic
def settle_leads(*, program: Program) -> bool:
    """Work out what became of leads that something was written of; True if more wait.

    Whoever finds another one at it leaves it to them: two looks at once could write the older one
    last. What is written meanwhile is queued by its own transaction, and not claimed here.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [TURNS, program.pk])
        if not cursor.fetchone()[0]:
            return False
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
