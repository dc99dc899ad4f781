"""Claiming the clocks that are due for the sweep."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import connection

from accounts.models.journal import FOLLOWED

# An event of the last few seconds that is not processed yet may show that the promise was kept, so
# the clock waits for it; but no breach may be delayed longer than this.
PATIENCE_S = 10
_KINDS = ", ".join(f"'{kind}'" for kind in FOLLOWED)
_DUE = f"""
    SELECT c.id, c.program_id, c.version_id, c.clause, c.side, c.lead_id, c.owner_id, c.team_id,
           c.state, c.started_at, c.due_at, c.warned, c.level
    FROM sla_clock c
    WHERE c.look_at <= %(now)s AND NOT EXISTS (
        SELECT FROM accounts_journalevent e
        WHERE NOT e.is_followed AND e.kind IN ({_KINDS}) AND e.lead_id = c.lead_id
          AND e.recorded_at > %(now)s - make_interval(secs => {PATIENCE_S}))
    ORDER BY c.look_at LIMIT %(limit)s
    FOR NO KEY UPDATE OF c SKIP LOCKED"""


class DueClock(NamedTuple):
    id: int
    program_id: int
    version_id: int
    clause: str
    side: str
    lead_id: int
    owner_id: int | None
    team_id: int | None
    state: str
    started_at: datetime
    due_at: datetime
    warned: int
    level: int


def lock_due(*, now: datetime, limit: int) -> list[DueClock]:
    """Lock and return up to `limit` clocks, longest overdue first, skipping those that another
    sweeper holds. An index scan that reads only the clocks due, not all open ones."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"now": now, "limit": limit})
        return [DueClock(*row) for row in cursor.fetchall()]
