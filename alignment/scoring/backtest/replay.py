"""Scoring outcomes as of their moment, with a few queries per chunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts.models import JournalEvent, JournalKind, Signal
from alignment.core.arrays import id_array

from ..models import LeadScore
from ..past import Happened, Standing, is_handed_over, meets, standing
from ..rules import ScoringModel, parse_model
from .models import Backtest, BacktestOutcome
from .moments import Plan, moment_of

# Each lead with its own latest moment: later events never leave the database.
_HAPPENED = """
    SELECT e.lead_id, e.signal_id, e.occurred_at, e.value, e.id
    FROM unnest(%s::bigint[], %s::timestamptz[]) AS o(lead_id, moment)
    JOIN accounts_engagement e ON e.lead_id = o.lead_id AND e.occurred_at <= o.moment
    WHERE e.program_id = %s"""


@dataclass(frozen=True, slots=True)
class Models:
    """What a back-test compares, and what its suggestion may give points to."""

    tested: ScoringModel
    base: ScoringModel | None
    candidates: ScoringModel

    @classmethod
    def of(cls, backtest: Backtest) -> Models:
        base = backtest.base_content
        return cls(
            parse_model(backtest.content),
            parse_model(base) if base is not None else None,
            parse_model({"rules": backtest.candidates}),
        )


def replay(*, backtest: Backtest, outcomes: Sequence[BacktestOutcome]) -> None:
    """Set moment and scores on these rows (unsaved). Five queries for any number of rows."""
    program_id = backtest.program_id
    handed_over = handovers(program_id, [o.lead_id for o in outcomes])
    plan = Plan(backtest.take, backtest.days)
    for outcome in outcomes:
        outcome.moment = moment_of(plan, outcome.decided_at, handed_over.get(outcome.lead_id, []))
    dated = [o for o in outcomes if o.moment]
    codes, facts = signals_of(program_id)
    happened = _happened(program_id, dated, codes)
    matching = set(
        LeadScore.objects.in_program(program_id)
        .filter(lead__in=[o.lead_id for o in dated], icp=1)
        .values_list("lead_id", flat=True)
    )
    models = Models.of(backtest)
    for outcome in dated:
        _score(outcome, models, happened[outcome.lead_id], outcome.lead_id in matching, facts)


def _score(
    outcome: BacktestOutcome,
    models: Models,
    happened: list[Happened],
    icp: bool,
    facts: frozenset[str],
) -> None:
    assert outcome.moment is not None

    def by(model: ScoringModel) -> Standing:
        assert outcome.moment is not None
        return standing(model, happened, icp=icp, facts=facts, moment=outcome.moment)

    now = by(models.tested)
    outcome.fit, outcome.engagement = now.fit, now.engagement
    outcome.passed = is_handed_over(models.tested, now.fit, now.engagement)
    if models.base is not None:
        base = by(models.base)
        outcome.base_fit, outcome.base_engagement = base.fit, base.engagement
        outcome.base_passed = is_handed_over(models.base, base.fit, base.engagement)
    measured = by(models.candidates).measured
    rules = models.candidates.rules
    outcome.met = [i for i, rule in enumerate(rules) if meets(rule, measured[rule.key])]


def handovers(program_id: int, lead_ids: Sequence[int]) -> dict[int, list[datetime]]:
    """When leads became MQL or, for those that skipped it, SQL."""
    kinds = (JournalKind.BECAME_MQL, JournalKind.BECAME_SQL)
    rows = JournalEvent.objects.in_program(program_id).filter(lead__in=lead_ids, kind__in=kinds)
    found: dict[str, dict[int, list[datetime]]] = {kind: defaultdict(list) for kind in kinds}
    for lead_id, kind, at in rows.values_list("lead_id", "kind", "at"):
        found[kind][lead_id].append(at)
    return {**found[JournalKind.BECAME_SQL], **found[JournalKind.BECAME_MQL]}


def signals_of(program_id: int) -> tuple[dict[int, str], frozenset[str]]:
    """Signal codes by id, and the codes of facts."""
    rows = list(Signal.objects.in_program(program_id).values_list("id", "code", "kind"))
    facts = frozenset(code for _id, code, kind in rows if kind == Signal.Kind.FACT)
    return {pk: code for pk, code, _kind in rows}, facts


def _happened(
    program_id: int, outcomes: Iterable[BacktestOutcome], codes: dict[int, str]
) -> dict[int, list[Happened]]:
    asked = [(o.lead_id, o.moment) for o in outcomes]
    with connection.cursor() as cursor:
        cursor.execute(
            _HAPPENED, [id_array([lead for lead, _ in asked]), [at for _, at in asked], program_id]
        )
        rows = cursor.fetchall()
    found: dict[int, list[Happened]] = defaultdict(list)
    for lead_id, signal_id, at, value, pk in rows:
        found[lead_id].append(Happened(codes[signal_id], at, value, pk))
    return found
