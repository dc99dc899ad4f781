"""Serializers of opportunities and their pipeline."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.references import OfAccount
from alignment.core.rest.ids import IdField
from alignment.core.rest.moments import MomentField
from alignment.core.rest.names import NameField
from alignment.core.rest.schema import example
from campaigns.library.models import Asset

from ..models import ExchangeRate, LostReason, Opportunity, OpportunityStep, Outcome, PipelineStage
from ..rules import CURRENCIES

AMOUNT: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "min_value": 0}
CODES = [(code, code) for code in CURRENCIES]


class StageOut(serializers.ModelSerializer[PipelineStage]):
    """Rows must come `with_stage_before`."""

    rises = serializers.SerializerMethodField(
        help_text="False: an open stage that is not more probable than the one before. It is a"
        " warning: the forecast takes it as it is. Null for won, lost and what was taken out."
    )

    class Meta:
        model = PipelineStage
        ref_name = "PipelineStage"
        fields = (
            "id",
            "name",
            "outcome",
            "position",
            "probability",
            "guidance",
            "quiet_after_days",
            "buying_stage",
            "retired_at",
            "rises",
        )

    def get_rises(self, stage: Any) -> bool | None:
        if stage.outcome != Outcome.OPEN or stage.retired_at:
            return None
        return bool(
            stage.probability_before is None or stage.probability > stage.probability_before
        )


class StageChange(serializers.Serializer[Any]):
    """Fields left out stay unchanged."""

    name = NameField(max_length=60, required=False)
    probability = serializers.IntegerField(
        min_value=0, max_value=100, required=False, help_text="Percent; of open stages only."
    )
    guidance = serializers.CharField(max_length=2_000, allow_blank=True, required=False)
    quiet_after_days = serializers.IntegerField(
        min_value=1,
        max_value=365,
        required=False,
        help_text="Days without a word after which a deal in this stage is at risk.",
    )

    buying_stage = serializers.ChoiceField(
        choices=Asset.BuyingStage.choices,
        allow_blank=True,
        required=False,
        help_text="What content is suggested in it; empty for none in particular. Of a new stage, as"
        " of the open stage before it. Won and lost have none.",
    )


class StageIn(StageChange):
    name = NameField(max_length=60)
    probability = serializers.IntegerField(min_value=0, max_value=100)


class RateOut(serializers.ModelSerializer[ExchangeRate]):
    class Meta:
        model = ExchangeRate
        ref_name = "ExchangeRate"
        fields = ("currency", "usd", "updated_at")


class RateIn(serializers.Serializer[Any]):
    currency = serializers.ChoiceField(choices=CODES)
    usd = serializers.DecimalField(
        max_digits=12, decimal_places=8, help_text="US dollars for one unit, such as 1.08."
    )


class OpportunityOut(serializers.ModelSerializer[Opportunity]):
    account_id = serializers.IntegerField()
    stage_id = serializers.IntegerField()
    stage_name = serializers.CharField(source="stage.name")
    owner_id = serializers.IntegerField(allow_null=True)
    lead_ids = serializers.SerializerMethodField()

    class Meta:
        model = Opportunity
        ref_name = "Opportunity"
        fields = (
            "id",
            "external_id",
            "account_id",
            "name",
            "stage_id",
            "stage_name",
            "stage_since",
            "outcome",
            "amount",
            "currency",
            "amount_usd",
            "close_on",
            "owner_id",
            "source",
            "next_step",
            "lead_ids",
            "lost_reason",
            "lost_note",
            "lost_to",
            "opened_at",
            "closed_at",
            "updated_at",
        )

    def get_lead_ids(self, deal: Opportunity) -> list[int]:
        return sorted(link.lead_id for link in deal.leads.all())


class OpportunityChange(serializers.Serializer[Any]):
    """Fields left out stay unchanged."""

    name = NameField(max_length=160, required=False)
    amount = serializers.DecimalField(**AMOUNT, allow_null=True, required=False)
    currency = serializers.ChoiceField(choices=CODES, required=False)
    close_on = serializers.DateField(allow_null=True, required=False)
    owner_id = IdField(allow_null=True, required=False)
    source: Any = serializers.CharField(max_length=60, allow_blank=True, required=False)
    next_step = serializers.CharField(max_length=300, allow_blank=True, required=False)
    external_id = serializers.CharField(
        max_length=120,
        allow_null=True,
        required=False,
        help_text="Your own id: sent again with POST, it changes that one.",
    )


class OpportunityIn(OfAccount, OpportunityChange):
    name = NameField(max_length=160)
    stage_id = IdField(
        required=False,
        help_text="An open stage; the first where none is given. What is known stays in its own:"
        " `/opportunities/{id}/move/` moves it.",
    )
    lead_ids = serializers.ListField(
        child=IdField(),
        max_length=50,
        required=False,
        help_text="SQL leads of the account, which become part of it. Sent again, those that are not"
        " yet; a closed one takes none.",
    )
    opened_at = MomentField(required=False, help_text="Now, unless it was opened elsewhere before.")


OPENED = example(
    "A deal of the CRM",
    {
        "external_id": "006A000001",
        "account_id": 42,
        "name": "Rollout in two plants",
        "amount": "48000.00",
        "currency": "USD",
        "close_on": "2027-01-29",
        "owner_id": 6,
        "lead_ids": [2077],
    },
    request_only=True,
)
LOST = example(
    "Lost, unless somebody moved it meanwhile",
    {"stage_id": 5, "seen_in_stage_id": 2, "lost_reason": "price", "lost_note": "A third less."},
    request_only=True,
)


class MoveIn(serializers.Serializer[Any]):
    stage_id = IdField()
    seen_in_stage_id = IdField(
        required=False, help_text="Where you saw it; 409 if it was moved meanwhile."
    )
    lost_reason = serializers.ChoiceField(choices=LostReason.choices, required=False)
    lost_note = serializers.CharField(max_length=500, allow_blank=True, required=False)
    lost_to = serializers.CharField(max_length=120, allow_blank=True, required=False)
    at = MomentField(required=False, help_text="Now, unless it was moved elsewhere before.")


class StepOut(serializers.ModelSerializer[OpportunityStep]):
    by_id = serializers.IntegerField(allow_null=True)
    from_stage_id = serializers.IntegerField(allow_null=True)
    to_stage_id = serializers.IntegerField(allow_null=True)
    owner_before_id = serializers.IntegerField(allow_null=True)
    owner_after_id = serializers.IntegerField(allow_null=True)

    class Meta:
        model = OpportunityStep
        ref_name = "OpportunityStep"
        fields = (
            "id",
            "kind",
            "at",
            "by_id",
            "from_stage_id",
            "to_stage_id",
            "usd_before",
            "usd_after",
            "close_before",
            "close_after",
            "owner_before_id",
            "owner_after_id",
        )
