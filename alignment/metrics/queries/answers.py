"""What followed each hand-off: computed from the rows, and as precomputed (see `steps.py`)."""

from __future__ import annotations

from .steps import IS_FRESH, STALE_LEADS

# The first human contact (attempts and validation calls; their times are given to the minute, so
# they count from the minute of the hand-off), and when the lead became SQL, both before it was
# handed over again; points as of the hand-off. `migrations/0006_stale_leads.py` watches the columns
# that are read here.
_ANSWERED = """
SELECT h.program_id, h.id AS handoff_id, h.lead_id, l.account_id, l.source, h.owner_id,
       h.handed_at AS at,
       (h.brief->'points'->>'total')::float8 AS points, first.at AS first_at,
       (SELECT min(j.at) FROM accounts_journalevent j WHERE j.lead_id = h.lead_id
           AND j.kind = 'became_sql' AND j.at >= h.handed_at
           AND (again.at IS NULL OR j.at < again.at)) AS sql_at
FROM sla_handoff h
JOIN accounts_lead l ON l.id = h.lead_id
CROSS JOIN LATERAL (SELECT min(n.handed_at) AS at FROM sla_handoff n
    WHERE n.lead_id = h.lead_id AND n.handed_at > h.handed_at) again
CROSS JOIN LATERAL (SELECT min(c.at) AS at FROM (
    SELECT t.at FROM sla_attempt t WHERE t.lead_id = h.lead_id
    UNION ALL SELECT v.called_at FROM accounts_validationcall v WHERE v.lead_id = h.lead_id) c
    WHERE c.at >= date_trunc('minute', h.handed_at)
      AND (again.at IS NULL OR c.at < again.at)) first
WHERE h.program_id = %(program)s AND {only}"""
_KEPT = f"""
SELECT k.program_id, k.handoff_id, k.lead_id, k.account_id, k.source, k.owner_id, k.at, k.points,
       k.first_at, k.sql_at
FROM metrics_answer k
WHERE k.program_id = %(program)s AND k.at >= %(since)s AND k.at < %(until)s
  AND {IS_FRESH}"""
_STALE = f"h.handed_at >= %(since)s AND h.handed_at < %(until)s AND h.lead_id IN ({STALE_LEADS})"

# Each hand-off of the period, precomputed or from the rows; and all of %(leads)s, from the rows.
ANSWERS = (_KEPT, _ANSWERED.format(only=_STALE))
ANSWERS_OF_LEADS = _ANSWERED.format(only="h.lead_id = ANY(%(leads)s) AND h.handed_at IS NOT NULL")
