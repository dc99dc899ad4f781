"""Clocks that follow their lead: back into running after a mistaken disqualification or return to
nurture, and to its owner of today."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import JournalEvent
from alignment.core.arrays import id_array

from ..models import Clock
from .given_notices import notify_given
from .recompute import recount

_RESUMED = """
    UPDATE sla_clock c SET state = 'running', ended_at = NULL, look_at = %(now)s,
                           updated_at = now()
    FROM accounts_journalevent e, LATERAL (
        SELECT b.recorded_at FROM accounts_journalevent b
        WHERE b.lead_id = e.lead_id AND b.kind = 'stage_changed'
          AND (b.recorded_at, b.id) > (e.recorded_at, e.id)
          AND CASE e.detail ->> 'to' WHEN 'disqualified' THEN b.detail ->> 'from' = 'disqualified'
                                     WHEN 'recycled' THEN b.detail ->> 'undoes' = e.id::text END
        ORDER BY b.recorded_at, b.id LIMIT 1) back
    WHERE e.lead_id = c.lead_id AND e.recorded_at = c.ended_at AND e.kind = 'stage_changed'
      AND c.lead_id = ANY(%(leads)s::bigint[])
      AND c.program_id = %(program)s AND c.state = 'lapsed' AND c.due_at > back.recorded_at
    RETURNING c.id"""
_MOVED = """
    UPDATE sla_clock c SET owner_id = l.owner_id, team_id = COALESCE(m.team_id, c.team_id),
                           updated_at = now()
    FROM accounts_lead l
    LEFT JOIN people_membership m ON m.program_id = l.program_id AND m.user_id = l.owner_id
    WHERE c.lead_id = l.id AND l.program_id = %(program)s AND l.id = ANY(%(leads)s::bigint[])
      AND c.side = 'sales' AND c.state = 'running' AND c.owner_id IS DISTINCT FROM l.owner_id
    RETURNING c.id"""


def follow_leads(
    *, program_id: int, back: Collection[int], moved: Mapping[int, JournalEvent], now: datetime
) -> None:
    """Let clocks of leads that are back run on, give the running promises of sales to the owners of
    today, and count the due times of both by their hours. `moved`: leads that changed hands, with
    the last event that says so. New owners are told of due times that move.

    A promise that was due while the lead was away stays lapsed, because nobody could keep it.
    """
    leads = {"program": program_id, "leads": id_array(back), "now": now}
    because: dict[int, str] = {}
    if back:
        because |= dict.fromkeys(_ids(_RESUMED, leads), Clock.Recomputed.RETURNED.value)
    if back or moved:
        # A lead may have changed hands while it was away.
        leads["leads"] = id_array({*back, *moved})
        because |= dict.fromkeys(_ids(_MOVED, leads), Clock.Recomputed.OWNER.value)
    moves = recount(program_id=program_id, because=because, now=now)
    given = [move for move in moves if move.because == Clock.Recomputed.OWNER]
    by = {lead_id: event.actor_id for lead_id, event in moved.items()}
    notify_given(program_id=program_id, moves=given, by=by, now=now)


def _ids(statement: str, parameters: dict[str, Any]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return {pk for (pk,) in cursor.fetchall()}
