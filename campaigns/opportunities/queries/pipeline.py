"""The pipeline: its stages and exchange rates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import gettext as _

from alignment.people.models import Program

from ..models import ExchangeRate, Opportunity, Outcome, PipelineStage

MOST_STAGES = 20
MOST_REMOVED = 50
# Deals with an amount needed before an amount can be called unusual.
ENOUGH = 5


def stages_of(program: Program | int) -> list[PipelineStage]:
    """The stages in use, in their order; won and lost come last."""
    rows = PipelineStage.objects.in_program(program).filter(retired_at__isnull=True)
    found = list(rows.order_by("position")[: MOST_STAGES + 2])
    return sorted(found, key=lambda s: (s.outcome != Outcome.OPEN, s.position))


def removed_stages(program: Program | int) -> list[PipelineStage]:
    """Removed stages, the last one removed first."""
    rows = PipelineStage.objects.in_program(program).filter(retired_at__isnull=False)
    return list(rows.order_by("-retired_at", "-pk")[:MOST_REMOVED])


def with_stage_before(rows: QuerySet[PipelineStage]) -> QuerySet[PipelineStage]:
    """With `probability_before`, that of the previous open stage; null for won and lost."""
    before = PipelineStage.objects.across_programs().filter(
        program=OuterRef("program"),
        outcome=Outcome.OPEN,
        retired_at__isnull=True,
        position__lt=OuterRef("position"),
    )
    found = Subquery(before.order_by("-position").values("probability")[:1])
    is_open = Q(outcome=Outcome.OPEN, retired_at__isnull=True)
    return rows.annotate(probability_before=Case(When(is_open, then=found)))


def not_rising(stages: Sequence[PipelineStage]) -> list[tuple[PipelineStage, PipelineStage]]:
    """Pairs of open stages of which the later is not more probable than the earlier."""
    opens = [stage for stage in stages if stage.outcome == Outcome.OPEN]
    return [pair for pair in pairwise(opens) if pair[1].probability <= pair[0].probability]


def first_stage(program: Program | int) -> PipelineStage:
    """The stage in which deals begin. Raises `ValidationError` if the program has no pipeline."""
    found = next((s for s in stages_of(program) if s.outcome == Outcome.OPEN), None)
    if found is None:
        raise ValidationError({"stage": _("This program has no pipeline yet.")})
    return found


def dollars_for(program: Program | int, currency: str) -> Decimal:
    """US dollars for one unit of the currency; 0 if it has no rate."""
    if currency == "USD":
        return Decimal(1)
    rows = ExchangeRate.objects.in_program(program).filter(currency=currency)
    return rows.values_list("usd", flat=True).first() or Decimal(0)


def largest_usd(program: Program | int, *, besides: int) -> Decimal | None:
    """The largest amount among the program's deals except `besides`; None if there are fewer than
    `ENOUGH`.
    """
    rows = Opportunity.objects.in_program(program).filter(amount__gt=0).exclude(pk=besides)
    found = list(rows.order_by("-amount_usd").values_list("amount_usd", flat=True)[:ENOUGH])
    return found[0] if len(found) == ENOUGH else None
