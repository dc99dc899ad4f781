"""All metrics, in the order of the dashboard."""

from __future__ import annotations

from .deals import DEAL_METRICS
from .funnel import FUNNEL_METRICS
from .influence import INFLUENCE_METRICS
from .leads import LEAD_METRICS
from .misalignment import MISALIGNMENT_METRICS
from .population import Metric
from .promises import PROMISE_METRICS

METRICS: dict[str, Metric] = {
    metric.definition.key: metric
    for metric in (
        *LEAD_METRICS,
        *INFLUENCE_METRICS,
        *DEAL_METRICS,
        *FUNNEL_METRICS,
        *PROMISE_METRICS,
        *MISALIGNMENT_METRICS,
    )
}
