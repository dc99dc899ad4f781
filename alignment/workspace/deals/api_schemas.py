"""Schemas of deals combined from several rooms."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alignment.people.models import Side
from campaigns.opportunities.api.schemas import OpportunityOut, StepOut
from campaigns.opportunities.models import Opportunity, OpportunityStep
from campaigns.opportunities.rules import Risk

from .forecast import KINDS

USD: dict[str, Any] = {"max_digits": 20, "decimal_places": 2}


class BecauseOut(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="Which, who, since when; in your language.")
    about = serializers.ChoiceField(
        source="kind",
        choices=["note", "support_request", "stakeholder", "opportunity"],
        help_text="What `id` is of.",
    )
    id = serializers.IntegerField()


class RiskOut(serializers.Serializer[Any]):
    risk = serializers.ChoiceField(source="flag.risk", choices=[str(risk) for risk in Risk])
    number = serializers.IntegerField(
        source="flag.number", help_text="Days, people, objections, requests or put-offs."
    )
    text = serializers.CharField()
    because = BecauseOut(many=True)


class DealOut(OpportunityOut):
    account_name = serializers.CharField(source="account.name")
    risks = serializers.SerializerMethodField(
        help_text="Why an open deal may be lost, the worst first."
    )

    class Meta:
        model = Opportunity
        ref_name = "Opportunity"
        fields = (*OpportunityOut.Meta.fields, "account_name", "risks")

    @extend_schema_field(RiskOut(many=True))
    def get_risks(self, deal: Opportunity) -> Any:
        return RiskOut(self.context["flags"].get(deal.pk, []), many=True).data


class LineOut(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="A month, such as 2026-12, or " + ", ".join(KINDS) + ".")
    count = serializers.IntegerField(help_text="Open ones.")
    usd = serializers.DecimalField(**USD)
    weighted_usd = serializers.DecimalField(
        **USD, source="weighted", help_text="Each amount times the probability of its stage."
    )
    won = serializers.IntegerField(help_text="Won in the month already.")
    won_usd = serializers.DecimalField(**USD)
    likely_usd = serializers.DecimalField(**USD, source="likely")


class ForecastOut(serializers.Serializer[Any]):
    lines = LineOut(many=True)
    total = LineOut()


class HeapOut(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    usd = serializers.DecimalField(**USD)


class DealStepOut(StepOut):
    opportunity_id = serializers.IntegerField()

    class Meta:
        model = OpportunityStep
        ref_name = "DealStep"
        fields = (*StepOut.Meta.fields, "opportunity_id")


class ChangesOut(serializers.Serializer[Any]):
    """`then_usd + new + back + amount - won - lost = now_usd`."""

    since = serializers.DateTimeField()
    then_usd = serializers.DecimalField(**USD, source="moved.then", help_text="Open then.")
    now_usd = serializers.DecimalField(**USD, source="moved.now", help_text="Open now.")
    new = HeapOut(source="moved.new")
    back = HeapOut(source="moved.back", help_text="Opened again.")
    amount = HeapOut(source="moved.amount", help_text="Other amounts; `usd` is the difference.")
    won = HeapOut(source="moved.won")
    lost = HeapOut(source="moved.lost")
    put_off = HeapOut(source="moved.put_off", help_text="Still open, expected later.")
    forward = HeapOut(source="moved.forward", help_text="Still open, expected earlier.")
    steps = DealStepOut(many=True, help_text="The newest 200.")
    is_cut = serializers.BooleanField(help_text="There are more steps.")


class CoveredOut(serializers.Serializer[Any]):
    stakeholder_id = serializers.IntegerField(source="member.stakeholder_id")
    role = serializers.CharField(source="member.role")
    owner_id = serializers.IntegerField(source="member.owner_id", allow_null=True)
    owner_side = serializers.ChoiceField(choices=Side.choices, allow_blank=True)
    sales_at = serializers.DateTimeField(allow_null=True, help_text="Last touch by sales.")
    marketing_at = serializers.DateTimeField(allow_null=True, help_text="Last by marketing.")
    track = serializers.CharField(help_text="The nurture track they are in; empty for none.")


class CoverageOut(serializers.Serializer[Any]):
    people_involved = serializers.IntegerField(source="heard.people", help_text="In half a year.")
    heard_at = serializers.DateTimeField(source="heard.at", allow_null=True)
    with_sales = serializers.IntegerField(source="committee.with_sales")
    nurtured = serializers.IntegerField(
        source="committee.nurtured", help_text="Reached by marketing, or looked after by it."
    )
    members = CoveredOut(many=True)
