"""The stranger's opportunities: see isolation_world."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Account, Lead, Stakeholder
from campaigns.committee.models import CommitteeMember
from campaigns.opportunities.models import (
    ExchangeRate,
    Opportunity,
    OpportunityLead,
    OpportunityStep,
    PipelineStage,
)

from .cast import Cast


def hers_deals(cast: Cast, number: int) -> None:
    """Rows with that primary key and her MARK in every text."""
    hers, stella, now = cast.other_program, cast.stranger, timezone.now()
    row: dict[str, Any] = {"pk": number, "program": hers}
    stage = PipelineStage.objects.create(
        **row, name="Zanzibar stage", position=99, probability=50, guidance="Zanzibar guidance"
    )
    ExchangeRate.objects.create(**row, currency="CHF", usd=Decimal("1.1"))
    deal = Opportunity.objects.create(
        **row,
        account=Account.objects.in_program(hers).get(pk=number),
        name="Zanzibar deal",
        stage=stage,
        stage_since=now,
        opened_at=now,
        owner=stella,
        source="zanzibar",
        next_step="Zanzibar step",
        external_id="zanzibar",
    )
    CommitteeMember.objects.create(
        **row,
        opportunity=deal,
        stakeholder=Stakeholder.objects.in_program(hers).get(pk=number),
        role="champion",
        owner=stella,
        note="Zanzibar note",
    )
    OpportunityLead.objects.create(
        **row, opportunity=deal, lead=Lead.objects.in_program(hers).get(pk=number)
    )
    OpportunityStep.objects.create(
        **row, opportunity=deal, kind="opened", at=now, by=stella, to_stage=stage
    )
