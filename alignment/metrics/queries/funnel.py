"""Conversion from stage to stage: how many leads go on, and how fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from ..rules import Better, Definition, Statistic, Unit
from .population import AS_OF, Metric, Population, Shared, Subject
from .steps import steps

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_STEP = """
SELECT k.event_id AS row_id, k.lead_id AS id, k.account_id, k.owner_id, k.source, k.at, {{columns}}
FROM ({steps}) k WHERE true"""
_COUNTED = f"coalesce(k.onward_at <= {AS_OF}, false)"
_SECONDS = f"CASE WHEN k.onward_at <= {AS_OF} THEN date_part('epoch', k.onward_at - k.at) END"
_FIRST_CAMPAIGN = """(SELECT e.properties->>'campaign' FROM accounts_engagement e
    WHERE e.lead_id = k.lead_id AND e.properties ? 'campaign'
    ORDER BY e.occurred_at, e.id LIMIT 1)"""
_SHARE_TEXT = _(
    "Of the times that a lead reached the first of the two stages in the period, the share that"
    " reached the next one since. Young ones still go on; the period before is compared as it stood"
    " at the same age."
)
_TIME_TEXT = _(
    "Median time from the first of the two stages, reached in the period, to the next one. Those"
    " that have not reached it are left out and counted beside it; the period before is compared as"
    " it stood at the same age."
)


def _step(key: str, stage: str, share: _StrPromise, time: _StrPromise) -> tuple[Metric, Metric]:
    rows = tuple(_STEP.format(steps=part) for part in steps(stage))
    population = Population.of(Shared(rows, _COUNTED, _SECONDS), _FIRST_CAMPAIGN, Subject.LEAD)
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
    *_step("mql", "became_engaged", _("Engaged to MQL"), _("Engaged to MQL, time")),
    *_step("sql", "became_mql", _("MQL to SQL, handed over or not"), _("MQL to SQL, time")),
    *_step("opportunity", "became_sql", _("SQL to opportunity"), _("SQL to opportunity, time")),
)
