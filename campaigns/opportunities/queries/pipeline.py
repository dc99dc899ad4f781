"""The pipeline: its stages and what currencies are worth."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from alignment.people.models import Program

from ..models import ExchangeRate, Outcome, PipelineStage

MOST_STAGES = 20


def stages_of(program: Program | int) -> list[PipelineStage]:
    """The stages in use, in their order; won and lost come last."""
    rows = PipelineStage.objects.in_program(program).filter(retired_at__isnull=True)
    found = list(rows.order_by("position")[: MOST_STAGES + 2])
    return sorted(found, key=lambda s: (s.outcome != Outcome.OPEN, s.position))


def first_stage(program: Program | int) -> PipelineStage:
    """Where deals begin. Raises `ValidationError` where the program has no pipeline."""
    found = next((s for s in stages_of(program) if s.outcome == Outcome.OPEN), None)
    if found is None:
        raise ValidationError({"stage": _("This program has no pipeline yet.")})
    return found


def ending(program: Program | int, outcome: Outcome) -> PipelineStage | None:
    """The stage that means won, or lost."""
    return PipelineStage.objects.in_program(program).filter(outcome=outcome).first()


def dollars_for(program: Program | int, currency: str) -> Decimal:
    """US dollars for one unit of the currency; 0 where nobody gave its rate."""
    if currency == "USD":
        return Decimal(1)
    rows = ExchangeRate.objects.in_program(program).filter(currency=currency)
    return rows.values_list("usd", flat=True).first() or Decimal(0)
