"""Clocks that have to be looked at."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from accounts.models.journal import FOLLOWED
from alignment.core.arrays import id_array

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
_CLIMBED = """
    SELECT clock_id, max(created_at), bool_or(acknowledged_at IS NOT NULL)
    FROM sla_escalation WHERE clock_id = ANY(%s::bigint[]) GROUP BY clock_id"""
_NAMES = """
    SELECT l.id, trim(s.first_name || ' ' || s.last_name), COALESCE(a.name, '')
    FROM accounts_lead l JOIN accounts_stakeholder s ON s.id = l.stakeholder_id
    LEFT JOIN accounts_account a ON a.id = l.account_id WHERE l.id = ANY(%s::bigint[])"""


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


class LeadName(NamedTuple):
    person: str
    account: str

    def __str__(self) -> str:
        return f"{self.person} ({self.account})" if self.account else self.person


def lock_due(*, now: datetime, limit: int) -> list[DueClock]:
    """Lock and return up to `limit` clocks, longest overdue first, skipping those that another
    sweeper holds. An index scan that reads only the clocks due, not all open ones."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"now": now, "limit": limit})
        return [DueClock(*row) for row in cursor.fetchall()]


def climbs(clock_ids: Collection[int]) -> dict[int, tuple[datetime, bool]]:
    """When the last rung was climbed and whether somebody answered, by clock. Call it once the
    clocks are locked."""
    if not clock_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_CLIMBED, [id_array(clock_ids)])
        return {clock: (at, answered) for clock, at, answered in cursor.fetchall()}


def lead_names(lead_ids: Collection[int]) -> dict[int, LeadName]:
    """Names of the person and company, by lead."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [id_array(lead_ids)])
        return {pk: LeadName(person, account) for pk, person, account in cursor.fetchall()}
