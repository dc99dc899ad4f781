"""From stage to stage: how many go on, and after how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ..rules import Better, Definition, Statistic, Unit
from .population import Metric, Population, Subject

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Each time that a lead reached a stage in the period, and when it first reached the next one since.
# The note is the campaign that it came by first.
_STEP = """
SELECT j.id AS row_id, j.lead_id AS id, l.account_id, l.owner_id, l.source, j.at,
       onward.at IS NOT NULL AS counted, extract(epoch FROM onward.at - j.at)::float8 AS value,
       (SELECT e.properties->>'campaign' FROM accounts_engagement e
        WHERE e.lead_id = j.lead_id AND e.properties ? 'campaign'
        ORDER BY e.occurred_at, e.id LIMIT 1) AS note
FROM accounts_journalevent j
JOIN accounts_lead l ON l.id = j.lead_id
CROSS JOIN LATERAL (SELECT min(n.at) AS at FROM accounts_journalevent n
    WHERE n.lead_id = j.lead_id AND n.at >= j.at AND {onward}) onward
WHERE j.program_id = %(program)s AND j.kind = '{stage}' AND j.at >= %(since)s AND j.at < %(until)s"""
_SHARE_TEXT = _(
    "Of the times that a lead reached the first of the two stages in the period, the share that"
    " reached the next one since. Young ones still go on."
)
_TIME_TEXT = _(
    "Median time from the first of the two stages, reached in the period, to the next one. Those"
    " that have not reached it are left out and counted beside it."
)


def _step(
    key: str, stage: str, onward: str, share: _StrPromise, time: _StrPromise
) -> tuple[Metric, Metric]:
    population = Population(_STEP.format(stage=stage, onward=onward), Subject.LEAD)
    return (
        Metric(
            Definition(
                key=f"funnel-{key}",
                name=share,
                text=_SHARE_TEXT,
                unit=Unit.SHARE,
                statistic=Statistic.SHARE,
                better=Better.UP,
                family="funnel",
            ),
            population,
        ),
        Metric(
            Definition(
                key=f"funnel-{key}-time",
                name=time,
                text=_TIME_TEXT,
                unit=Unit.SECONDS,
                statistic=Statistic.MEDIAN,
                better=Better.DOWN,
                family="funnel",
            ),
            population,
        ),
    )


FUNNEL_METRICS = (
    *_step(
        "mql",
        "became_engaged",
        "n.kind = 'became_mql'",
        _("Engaged to MQL"),
        _("Engaged to MQL, time"),
    ),
    *_step(
        "sql", "became_mql", "n.kind = 'became_sql'", _("MQL to SQL, all"), _("MQL to SQL, time")
    ),
    *_step(
        "opportunity",
        "became_sql",
        "n.kind = 'stage_changed' AND n.detail->>'to' IN ('opportunity', 'won')",
        _("SQL to opportunity"),
        _("SQL to opportunity, time"),
    ),
)
