"""The page of one opportunity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, Subquery

from accounts.models import Lead, Stage, ValidationCall
from campaigns.opportunities.models import Opportunity, OpportunityStep, PipelineStage
from campaigns.opportunities.queries.pipeline import stages_of

from .causes import LastHeard
from .standing import FlagShown, flags_of, last_heard_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from alignment.people.models import Program

MOST_STEPS = 100
MOST_LEADS = 50
# Deals shown for one account; the list has all of them.
MOST_OF_ACCOUNT = 20


@dataclass(frozen=True, slots=True)
class DealPage:
    deal: Opportunity
    stages: list[PipelineStage]
    flags: list[FlagShown]
    heard: LastHeard
    leads: list[Lead]
    steps: list[OpportunityStep]


def deal_in(program: Program, deal_id: int) -> Opportunity | None:
    rows = Opportunity.objects.in_program(program)
    rows = rows.select_related("account", "stage", "owner", "program")
    return rows.filter(pk=deal_id).first()


def deal_page(deal: Opportunity) -> DealPage:
    """One deal with its history: seven statements. Its leads carry what was `learned` in the call
    that validated them.
    """
    program = deal.program
    steps = OpportunityStep.objects.in_program(program).filter(opportunity=deal)
    steps = steps.select_related("from_stage", "to_stage", "by", "owner_before", "owner_after")
    leads = Lead.objects.in_program(program).filter(deal__opportunity=deal)
    leads = leads.annotate(learned=Subquery(_learned(program)))
    return DealPage(
        deal=deal,
        stages=stages_of(program),
        flags=flags_of(program, [deal]).get(deal.pk, []),
        heard=last_heard_of(program, [deal.account_id]).get(deal.account_id, LastHeard()),
        leads=list(leads.select_related("stakeholder", "owner").order_by("pk")[:MOST_LEADS]),
        steps=list(steps.order_by("-at", "-id")[:MOST_STEPS]),
    )


def _learned(program: Program) -> QuerySet[ValidationCall, str]:
    """The note of the outer lead's last validating call that has one."""
    calls = ValidationCall.objects.in_program(program).filter(
        lead=OuterRef("pk"), outcome=ValidationCall.Outcome.VALIDATED
    )
    return calls.exclude(note="").order_by("-called_at", "-pk").values_list("note", flat=True)[:1]


def ready_leads(program: Program, account_id: int) -> list[Lead]:
    """SQLs of the account, also those that left a former deal, and what is part of no deal yet."""
    rows = Lead.objects.in_program(program).filter(
        Q(stage=Stage.SQL) | Q(stage=Stage.OPPORTUNITY, deal__isnull=True), account=account_id
    )
    return list(rows.select_related("stakeholder").order_by("-stage_since")[:MOST_LEADS])


def deals_of_account(program: Program, account_id: int) -> list[Opportunity]:
    """The open ones first, then the newest."""
    rows = Opportunity.objects.in_program(program).filter(account=account_id)
    rows = rows.select_related("stage", "owner")
    return list(rows.order_by("closed_at", "-opened_at")[:MOST_OF_ACCOUNT])
