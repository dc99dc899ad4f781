"""Opportunities as a board, with a column for each stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Sum
from django.utils import timezone

from campaigns.opportunities.models import Opportunity, Outcome, PipelineStage
from campaigns.opportunities.queries.pipeline import stages_of
from campaigns.opportunities.rules import weighted

from .standing import FlagShown, flags_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from alignment.people.models import Program

CARDS = 30
# Closed columns mainly serve as drop targets; the list has all closed deals.
CLOSED_CARDS = 5
# Closed deals leave the board after a quarter; the list keeps them.
CLOSED_FOR = timedelta(days=90)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Card:
    deal: Opportunity
    flags: list[FlagShown]


@dataclass(frozen=True, slots=True)
class Column:
    """`count` and `usd` cover the whole stage, `cards` only its first deals."""

    stage: PipelineStage
    cards: list[Card]
    count: int
    usd: Decimal

    @property
    def weighted(self) -> Decimal:
        return weighted(self.usd, self.stage.probability)

    @property
    def hidden(self) -> int:
        return self.count - len(self.cards)


def deals_in(program: Program) -> QuerySet[Opportunity]:
    rows = Opportunity.objects.in_program(program)
    return rows.select_related("account", "stage", "owner")


def board(program: Program, rows: QuerySet[Opportunity]) -> list[Column]:
    """A column for each stage: one statement per stage, plus three."""
    stages = stages_of(program)
    shown = rows.exclude(closed_at__lt=timezone.now() - CLOSED_FOR)
    sums = {
        stage: (count, usd or NOTHING)
        for stage, count, usd in shown.order_by()
        .values_list("stage")
        .annotate(count=Count("pk"), usd=Sum("amount_usd"))
    }
    found = {stage.pk: list(_in_stage(shown, stage)) for stage in stages}
    flags = flags_of(program, [deal for deals in found.values() for deal in deals])
    return [
        Column(
            stage,
            [Card(deal, flags.get(deal.pk, [])) for deal in found[stage.pk]],
            *sums.get(stage.pk, (0, NOTHING)),
        )
        for stage in stages
    ]


def _in_stage(rows: QuerySet[Opportunity], stage: PipelineStage) -> QuerySet[Opportunity]:
    """Open deals by close date, the soonest first; closed ones with the newest first."""
    here = rows.filter(stage=stage)
    if stage.outcome == Outcome.OPEN:
        return here.order_by("close_on", "id")[:CARDS]
    return here.order_by("-closed_at", "-id")[:CLOSED_CARDS]
