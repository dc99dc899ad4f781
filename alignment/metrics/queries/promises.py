"""Promises kept by each side, and how far both sides agree about accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from alignment.people.models import Side

from ..rules import Better, Definition, Statistic, Unit
from .population import Metric, Population, Subject

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Lapsed clocks were owed to nobody in the end, and excused ones do not count. A LEFT JOIN lets the
# database skip the lead when only counts are needed.
_CLOCKS = """
SELECT c.id AS row_id, c.lead_id AS id, l.account_id, c.owner_id, l.source, c.ended_at AS at,
       c.state = 'kept' AS counted, NULL::float8 AS value, c.clause AS note
FROM sla_clock c LEFT JOIN accounts_lead l ON l.id = c.lead_id
WHERE c.program_id = %(program)s AND c.ended_at >= %(since)s AND c.ended_at < %(until)s
  AND c.side = %(side)s AND c.state IN ('kept', 'broken')
  AND NOT EXISTS (SELECT FROM sla_dispute d WHERE d.clock_id = c.id AND d.granted)"""
# Votes as of the reveal, because before it they are only visible to their own side.
_VOTES = """
SELECT k.id AS row_id, k.account_id AS id, k.account_id, NULL::bigint AS owner_id,
       NULL::text AS source, s.revealed_at AS at, m.at_reveal = v.at_reveal AS counted,
       NULL::float8 AS value, m.at_reveal || ' / ' || v.at_reveal AS note
FROM selection_session s
JOIN selection_candidate k ON k.session_id = s.id
JOIN selection_vote m ON m.candidate_id = k.id AND m.side = 'marketing' AND m.at_reveal <> ''
JOIN selection_vote v ON v.candidate_id = k.id AND v.side = 'sales' AND v.at_reveal <> ''
WHERE s.program_id = %(program)s AND s.revealed_at >= %(since)s AND s.revealed_at < %(until)s"""


def _kept(side: Side, name: _StrPromise) -> Metric:
    return Metric(
        Definition(
            key=f"sla-kept-{side}",
            name=name,
            text=_(
                "Of this side’s promises that ended in the period kept or broken, the share kept."
                " Promises no longer owed and those excused by the other side are left out."
            ),
            unit=Unit.SHARE,
            statistic=Statistic.SHARE,
            better=Better.UP,
            family=f"sla-{side}",
            target=0.95,
            is_strict=False,
        ),
        Population((_CLOCKS,), Subject.LEAD, {"side": str(side)}),
    )


PROMISE_METRICS = (
    _kept(Side.MARKETING, _("SLA kept by marketing")),
    _kept(Side.SALES, _("SLA kept by sales")),
    Metric(
        Definition(
            key="agreement",
            name=_("Agreement on target accounts"),
            text=_(
                "Of the candidates that both sides had voted on when the votes of a session were"
                " revealed in the period, the share with the same vote."
            ),
            unit=Unit.SHARE,
            statistic=Statistic.SHARE,
            better=Better.UP,
            family="agreement",
            target=0.8,
            is_strict=False,
        ),
        Population((_VOTES,), Subject.ACCOUNT),
    ),
)
