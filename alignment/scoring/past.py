"""A score as of a past time: what the model makes of everything that had happened by then.

The rules are the same as those by which `engine.refresh_*` measure what is stored now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .rules import (
    ENGAGEMENT,
    FIT,
    ICP_MATCH,
    MOST_COUNTED,
    Rule,
    ScoringModel,
    contribution,
    dimension_total,
    measure,
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One engagement. `value` is that of a fact; `id` orders engagements with equal times."""

    signal: str
    at: datetime
    value: bool = True
    id: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """`measured` and `given` by the key of each rule."""

    measured: Mapping[str, int]
    given: Mapping[str, int]
    fit: int
    engagement: int

    @property
    def total(self) -> int:
        return self.fit + self.engagement


def standing(
    model: ScoringModel,
    happened: Iterable[Happened],
    *,
    icp: bool,
    facts: Collection[str],
    moment: datetime,
) -> Standing:
    """The score at `moment`. Later events are ignored; ages count from its UTC day.

    `icp` is passed in, because facts of accounts have no history. `facts` are the codes of signals
    whose latest value counts.
    """
    of_signal: dict[str, list[Happened]] = {}
    for event in happened:
        if event.at <= moment:
            of_signal.setdefault(event.signal, []).append(event)
    measured = {
        rule.key: _measured(rule, of_signal.get(rule.signal, []), icp, facts, moment)
        for rule in model.rules
    }
    given = {rule.key: contribution(rule, measured[rule.key]) for rule in model.rules}
    fit = dimension_total(model, FIT, given)
    return Standing(measured, given, fit, dimension_total(model, ENGAGEMENT, given))


def _measured(
    rule: Rule, events: list[Happened], icp: bool, facts: Collection[str], moment: datetime
) -> int:
    if rule.source == ICP_MATCH:
        return int(icp)
    if rule.is_timed:
        today = moment.astimezone(UTC).date()
        return measure(rule, [(today - e.at.astimezone(UTC).date()).days for e in events])
    if rule.signal in facts:
        latest = max(events, key=lambda e: (e.at, e.id), default=None)
        return int(latest.value) if latest else 0
    return min(len(events), MOST_COUNTED)


def meets(rule: Rule, measured: int) -> bool:
    """Whether the rule's condition is met, whatever its points."""
    return measured > 0 if rule.decay != "none" else measured >= rule.min_count


def is_handed_over(model: ScoringModel, fit: int, engagement: int) -> bool:
    """Whether these points make an MQL; same as `compiler.level`."""
    return (
        bool(model.rules)
        and fit + engagement >= model.mql_at
        and fit >= (model.mql_min_fit or 0)
        and engagement >= (model.mql_min_engagement or 0)
    )
