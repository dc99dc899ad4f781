"""The reason to call now: the latest signals of each lead."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection

from accounts.rules.signals import shown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from alignment.people.models import Program

# Engagements read per lead, and distinct signals shown.
READ_PER_LEAD = 12
SHOWN_PER_LEAD = 3
# Older signals are no reason to call now.
LATELY = timedelta(days=30)

# One index range scan per lead: the cost depends on the page, not on the number of engagements.
LATEST = """
SELECT asked.lead_id, signal.name, signal.code, signal.side, latest.occurred_at
FROM unnest(%s::bigint[]) AS asked (lead_id)
CROSS JOIN LATERAL (
    SELECT signal_id, occurred_at FROM accounts_engagement
    WHERE lead_id = asked.lead_id AND program_id = %s AND value
    ORDER BY occurred_at DESC LIMIT %s
) AS latest
JOIN accounts_signal AS signal ON signal.id = latest.signal_id
"""


@dataclass(frozen=True, slots=True)
class RecentSignal:
    """A signal with its recent number of occurrences and the last one."""

    code: str
    name: str
    side: str
    count: int
    last_at: datetime


def recent_signals(*, program: Program, lead_ids: Sequence[int]) -> dict[int, list[RecentSignal]]:
    """The last distinct signals of each lead, the newest first, with their number."""
    if not lead_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(LATEST, [list(lead_ids), program.pk, READ_PER_LEAD])
        found: dict[int, list[tuple[str, str, str, datetime]]] = defaultdict(list)
        for lead_id, name, code, side, at in cursor.fetchall():
            found[lead_id].append((code, shown_name(code, name), side, at))
    return {lead_id: _grouped(rows) for lead_id, rows in found.items()}


def _grouped(rows: Iterable[tuple[str, str, str, datetime]]) -> list[RecentSignal]:
    newest: dict[str, RecentSignal] = {}
    latest_first = sorted(rows, key=lambda row: row[3], reverse=True)
    since = latest_first[0][3] - LATELY
    for code, name, side, at in latest_first:
        if at < since:
            break
        known = newest.get(code)
        if known:
            newest[code] = RecentSignal(code, name, side, known.count + 1, known.last_at)
        elif len(newest) < SHOWN_PER_LEAD:
            newest[code] = RecentSignal(code, name, side, 1, at)
    return list(newest.values())
