"""What made each lead an MQL, as its journal says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

from accounts.rules.signals import shown_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from alignment.people.models import Program

# "+ 0" keeps the planner from walking the whole journal backwards by its primary key.
_CAUSES = """
SELECT asked.lead_id, coalesce(e.occurred_at, j.at), j.cause->>'why', s.code, s.name
FROM unnest(%s::bigint[]) AS asked (lead_id)
CROSS JOIN LATERAL (
    SELECT at, cause FROM accounts_journalevent
    WHERE lead_id = asked.lead_id AND program_id = %s AND kind = 'became_mql'
    ORDER BY id + 0 DESC LIMIT 1
) AS j
LEFT JOIN accounts_engagement AS e
    ON e.id = (j.cause->>'engagement')::bigint AND e.program_id = %s
LEFT JOIN accounts_signal AS s ON s.id = e.signal_id
"""


@dataclass(frozen=True, slots=True)
class MqlCause:
    """`code` is the signal that tipped the score; empty if something else did."""

    text: str
    at: datetime
    code: str = ""


def mql_causes(*, program: Program, lead_ids: Sequence[int]) -> dict[int, MqlCause]:
    """Lead id -> its newest rise to MQL: one query for a page of leads."""
    if not lead_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_CAUSES, [list(lead_ids), program.pk, program.pk])
        rows = cursor.fetchall()
    found = {}
    for lead_id, at, why, code, name in rows:
        text = shown_name(code, name) if code else cause_words(why)
        if text:
            found[lead_id] = MqlCause(text, at, code or "")
    return found


def cause_words(why: str | None) -> str:
    """What raised a lead other than an engagement; empty if it needs no words."""
    return {
        "facts": _("Became an ICP match"),
        "judge": _("Became an ICP match"),
        "rescore": _("The scoring model changed"),
        "rebuild": _("The points were counted again"),
        "time": _("Minus points ran out"),
        "brought_back": _("Brought back after a disqualification"),
        "opened": _("Enough points from the start"),
    }.get(why or "", "")
