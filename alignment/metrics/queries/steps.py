"""When leads reached stages, and when they went on: from the journal, and as precomputed.

Finding the next stage for each lead of a quarter takes too long for a tile, so
`actions/lead_facts.py` stores the results. Leads that changed since are read from the journal:
results are never older than the rows.
"""

from __future__ import annotations

# Each stage by the event that reaches it, with the condition on the event `n` that reaches the next
# one. `migrations/0006_stale_leads.py` watches the columns and kinds that are read here.
ONWARD = {
    "became_engaged": "n.kind = 'became_mql'",
    "became_mql": "n.kind = 'became_sql'",
    "became_sql": "n.kind = 'stage_changed' AND n.detail->>'to' IN ('opportunity', 'won')",
}
# The leads whose precomputed rows are stale. Mostly there are none, so NOT EXISTS is checked once,
# instead of a lookup for each of half a million rows.
STALE_LEADS = "SELECT q.lead_id FROM metrics_stalelead q WHERE q.program_id = %(program)s"
IS_FRESH = f"(NOT EXISTS ({STALE_LEADS}) OR k.lead_id NOT IN ({STALE_LEADS}))"
_REACHED = """
SELECT j.program_id, j.id AS event_id, j.lead_id, j.kind, j.at, onward.at AS onward_at,
       l.account_id, l.owner_id, l.source
FROM accounts_journalevent j
JOIN accounts_lead l ON l.id = j.lead_id
CROSS JOIN LATERAL (SELECT min(n.at) AS at FROM accounts_journalevent n
    WHERE n.lead_id = j.lead_id AND n.at >= j.at AND {onward}) onward
WHERE j.program_id = %(program)s AND j.kind = '{stage}' AND {only}"""
_KEPT = f"""
SELECT k.program_id, k.event_id, k.lead_id, k.kind, k.at, k.onward_at, k.account_id, k.owner_id,
       k.source
FROM metrics_stagestep k
WHERE k.program_id = %(program)s AND k.kind = '{{stage}}'
  AND k.at >= %(since)s AND k.at < %(until)s AND {IS_FRESH}"""
_STALE = f"j.at >= %(since)s AND j.at < %(until)s AND j.lead_id IN ({STALE_LEADS})"


def steps(stage: str) -> tuple[str, str]:
    """Each time in the period that a lead reached the stage: precomputed, and from the journal.
    Both are read in one statement, hence as of one moment."""
    written_since = _REACHED.format(stage=stage, onward=ONWARD[stage], only=_STALE)
    return _KEPT.format(stage=stage), written_since


def steps_of_leads() -> str:
    """All steps of %(leads)s, from the journal."""
    return " UNION ALL ".join(
        _REACHED.format(stage=stage, onward=onward, only="j.lead_id = ANY(%(leads)s)")
        for stage, onward in ONWARD.items()
    )
