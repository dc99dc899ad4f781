"""API schemas of credits and of the deals behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rest_framework import serializers

from alignment.core.rest.periods import WithPeriod
from alignment.core.rest.schema import next_field
from alignment.metrics.queries.attribution import Attribution, Credited, Of, with_deals
from alignment.metrics.rules import Period
from alignment.metrics.rules.attribution import Credit, Model

if TYPE_CHECKING:
    from alignment.people.models import Program


class AttributionAsked(serializers.Serializer[Any]):
    """Parameters in addition to the days and the slice."""

    of = serializers.ChoiceField(
        choices=[str(of) for of in Of],
        default=str(Of.OPENED),
        help_text="Deals opened in the period and what came before the opening, or deals won in it"
        " and what came before the close.",
    )
    model = serializers.ChoiceField(
        choices=[str(model) for model in Model],
        default=str(Model.EVEN),
        help_text="Credit for the first touch, for the last, or evenly for each.",
    )


class CreditedAsked(AttributionAsked):
    by = serializers.ChoiceField(choices=["channel", "campaign"])
    key = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=60,
        help_text="`name` of the channel, `id` of the campaign (0: none); empty for what marketing did"
        " not touch.",
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        key = given["key"]
        if given["by"] == "campaign" and key and not (key.isascii() and key.isdecimal()):
            raise serializers.ValidationError({"key": "Give the id of a campaign."})
        return given


class CreditedOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(help_text="Of the deal.")
    name = serializers.CharField()
    account_id = serializers.IntegerField()
    account_name = serializers.CharField(source="account")
    credited_usd = serializers.DecimalField(max_digits=20, decimal_places=2)
    amount_usd = serializers.DecimalField(max_digits=20, decimal_places=2)

    class Meta:
        ref_name = "CreditedDeal"


class CreditedDealsOut(serializers.Serializer[Any]):
    items = CreditedOut(many=True)
    next = next_field()

    class Meta:
        ref_name = "CreditedDeals"


class CreditOut(serializers.Serializer[Any]):
    name = serializers.CharField(
        allow_null=True, help_text="Null: what marketing did not touch. Empty: no campaign."
    )
    id = serializers.IntegerField(allow_null=True, help_text="Of the campaign.")
    amount_usd = serializers.DecimalField(max_digits=20, decimal_places=2)
    deals = serializers.IntegerField()

    class Meta:
        ref_name = "Credit"


class AttributionOut(WithPeriod):
    first = serializers.DateField(source="first")
    last = serializers.DateField(source="last")
    amount_usd = serializers.DecimalField(max_digits=20, decimal_places=2)
    deals = serializers.IntegerField()
    channels = CreditOut(many=True)
    campaigns = CreditOut(many=True)

    class Meta:
        ref_name = "Attribution"


def credited(found: Attribution, period: Period) -> dict[str, Any]:
    """Largest amounts first."""
    channels = sorted(found.channels.items(), key=lambda item: -item[1].cents)
    campaigns = sorted(found.campaigns.items(), key=lambda item: -item[1].cents)
    return {
        "first": period.first,
        "last": period.last,
        "amount_usd": dollars(found.cents),
        "deals": found.deals,
        "channels": [_credit(name, None, part) for name, part in channels],
        "campaigns": [
            _credit(None if pk is None else found.names.get(pk, ""), pk or None, part)
            for pk, part in campaigns
        ],
    }


def deals_credited(program: Program, rows: Sequence[Credited]) -> list[dict[str, Any]]:
    """In the given order: one statement."""
    return [
        {
            "id": row.id,
            "name": deal.name,
            "account_id": deal.account_id,
            "account": deal.account.name,
            "credited_usd": dollars(row.cents),
            "amount_usd": dollars(row.amount_cents),
        }
        for row, deal in with_deals(program, rows)
    ]


def _credit(name: str | None, pk: int | None, part: Credit) -> dict[str, Any]:
    return {"name": name, "id": pk, "amount_usd": dollars(part.cents), "deals": part.deals}


def dollars(cents: int) -> str:
    """An exact decimal string, for amounts of any size."""
    return f"{cents // 100}.{cents % 100:02d}"
