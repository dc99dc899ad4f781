"""Marketing's touches of deals: from the rows, and as precomputed.

Reading them for thousands of deals takes seconds, so `actions/credits.py` stores the credits. Deals
of accounts that changed since are read from the rows: results are never older than the rows.
"""

from __future__ import annotations

WINDOW_DAYS = 365
RESPONSE, NURTURE = "response", "nurture"
# Marketing's touches of the account of deal `o`, from a year before its opening until {end}:
# completed calendar touches, activity of its people during a campaign for it, and their entries
# into nurture tracks. Engagements are reached through the person's leads, whose index holds the
# moment. `migrations/0004_stale_credits.py` watches the columns that are read here.
_SOURCES = (
    """SELECT t.channel::text AS channel, t.campaign_id AS campaign, t.done_at AS at
FROM calendar_touch t
WHERE t.account_id = o.account_id AND t.side = 'marketing' AND t.state = 'done'
  AND t.done_at >= {begin} AND t.done_at < {end}""",
    f"""SELECT '{NURTURE}', k.campaign_id, m.entered_at
FROM accounts_stakeholder s
JOIN campaigns_trackmember m ON m.stakeholder_id = s.id
JOIN campaigns_track k ON k.id = m.track_id
WHERE s.account_id = o.account_id AND m.entered_at >= {{begin}} AND m.entered_at < {{end}}""",
    f"""SELECT '{RESPONSE}', c.id, e.occurred_at
FROM campaigns_campaignaccount a
JOIN campaigns_campaign c ON c.id = a.campaign_id
JOIN accounts_stakeholder s ON s.account_id = a.account_id
JOIN accounts_lead l ON l.stakeholder_id = s.id
JOIN accounts_engagement e ON e.lead_id = l.id
JOIN accounts_signal g ON g.id = e.signal_id AND g.side = 'marketing'
WHERE a.account_id = o.account_id AND e.occurred_at >= {{begin}} AND e.occurred_at < {{end}}
  AND e.occurred_at >= c.starts_on::timestamp AT TIME ZONE %(zone)s
  AND e.occurred_at < (c.ends_on + 1)::timestamp AT TIME ZONE %(zone)s""",
)

_BEGIN = f"o.opened_at - interval '{WINDOW_DAYS} days'"
OPENING = "o.opened_at"
CLOSE = "coalesce(o.closed_at, statement_timestamp())"
# The accounts whose precomputed credits are stale.
STALE = """
SELECT q.account_id FROM metrics_stalecredit q
WHERE q.program_id = %(program)s AND q.account_id IS NOT NULL
  AND (q.due_at IS NULL OR q.due_at <= statement_timestamp())
UNION SELECT s.account_id FROM metrics_stalecredit q
JOIN accounts_stakeholder s ON s.id = q.stakeholder_id AND s.account_id IS NOT NULL
WHERE q.program_id = %(program)s
UNION SELECT a.account_id FROM metrics_stalecredit q
JOIN campaigns_campaignaccount a ON a.campaign_id = q.campaign_id WHERE q.program_id = %(program)s
UNION SELECT d.account_id FROM opportunities_opportunity d
WHERE d.program_id = %(program)s AND EXISTS (SELECT FROM metrics_stalecredit q
    WHERE q.program_id = %(program)s AND q.account_id IS NULL AND q.stakeholder_id IS NULL
      AND q.campaign_id IS NULL)"""


def touches_until(end: str, begin: str = _BEGIN) -> list[str]:
    """One SELECT of `channel`, `campaign` and `at` for each kind of touch of deal `o`."""
    return [source.format(begin=begin, end=end) for source in _SOURCES]
