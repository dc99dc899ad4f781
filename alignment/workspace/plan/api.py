"""`/campaigns/{id}/results/` and `/assets/gaps/`: the same numbers as on the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.people.api_views import DetailView, ProgramApiView
from campaigns.library.models import Asset
from campaigns.models import Campaign

from .campaigns import campaign_results
from .library import FOLLOWS_WITHIN, Gaps, gaps


class UseOut(serializers.Serializer[Any]):
    """Results of touches; engagements that followed are counted for those done only."""

    planned = serializers.IntegerField()
    done = serializers.IntegerField(help_text="The sample of the numbers below.")
    answered = serializers.IntegerField(help_text="A reply or a meeting.")
    meetings = serializers.IntegerField()
    followed = serializers.IntegerField(
        help_text="Somebody whom the touch reached engaged within"
        f" {FOLLOWS_WITHIN.days} days; it need not be its doing."
    )


class SignalCountOut(serializers.Serializer[Any]):
    signal = serializers.SerializerMethodField(help_text="Code of the signal.")
    number = serializers.SerializerMethodField()

    def get_signal(self, row: tuple[str, str, int]) -> str:
        return row[0]

    def get_number(self, row: tuple[str, str, int]) -> int:
        return row[2]


class PipelineOut(serializers.Serializer[Any]):
    """Opportunities of the audience opened between the campaign's dates, in US dollars."""

    opened = serializers.IntegerField()
    usd = serializers.DecimalField(max_digits=20, decimal_places=2)
    won = serializers.IntegerField(help_text="Of them, won by now.")
    won_usd = serializers.DecimalField(max_digits=20, decimal_places=2)


class DoingsOut(serializers.Serializer[Any]):
    """What people of the audience did during the campaign, whatever caused it."""

    engagements = serializers.IntegerField()
    accounts = serializers.IntegerField(help_text="Accounts that engaged.")
    people = serializers.IntegerField()
    signals = SignalCountOut(many=True, help_text="The most frequent ones.")
    mql = serializers.IntegerField(help_text="Leads that became MQL.")
    sql = serializers.IntegerField(help_text="Leads that became SQL.")
    pipeline = PipelineOut()


class MoneyOut(serializers.Serializer[Any]):
    """Whole US dollars."""

    spent_usd = serializers.IntegerField(source="spent")
    budget_usd = serializers.IntegerField(source="budget", allow_null=True)
    is_over = serializers.BooleanField(help_text="More was spent than the budget.")


class TrackCountOut(serializers.Serializer[Any]):
    track_id = serializers.IntegerField(source="track.pk")
    inside = serializers.IntegerField(help_text="People who are in it now.")
    left = serializers.IntegerField(help_text="Stays that ended.")


class CampaignResultsOut(serializers.Serializer[Any]):
    audience = serializers.IntegerField(source="size", help_text="Accounts.")
    touches = UseOut(source="use")
    engagement = DoingsOut(source="doings")
    money = MoneyOut()
    tracks = TrackCountOut(many=True)


@extend_schema_view(
    get=extend_schema(
        summary="What came of a campaign",
        description="Touches, engagement of its audience between its first and last day, and money:"
        " the numbers of its page.",
        operation_id="campaigns_results",
        responses=CampaignResultsOut,
    )
)
class CampaignResultsView(DetailView):
    tag = "campaigns"
    http_method_names = ("get", "head", "options")
    serializer_class = CampaignResultsOut

    def rows(self) -> QuerySet[Any]:
        return Campaign.objects.in_program(self.program).select_related("program")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(CampaignResultsOut(campaign_results(self.get_object())).data)


class SectorGapOut(serializers.Serializer[Any]):
    sector = serializers.CharField(source="code", help_text="NAICS sector: 52, 31-33.")
    title = serializers.CharField()
    targets = serializers.IntegerField(help_text="Target accounts of the sector.")
    accounts = serializers.IntegerField(help_text="Accounts of the sector that match the profile.")


class PersonaStageOut(serializers.Serializer[Any]):
    persona = serializers.CharField()
    stage = serializers.ChoiceField(choices=Asset.BuyingStage.choices)
    assets = serializers.IntegerField(help_text="Pieces of content; 0 is a gap.")


class GapsOut(serializers.Serializer[Any]):
    sectors = SectorGapOut(many=True, help_text="Without a live case study; targets first.")
    accounts_without_industry = serializers.IntegerField(source="unknown")
    personas = serializers.SerializerMethodField(help_text="Every persona at every buying stage.")

    @extend_schema_field(PersonaStageOut(many=True))
    def get_personas(self, found: Gaps) -> Any:
        cells = (
            {"persona": persona, "stage": stage, "assets": number}
            for persona, numbers in found.personas
            for (stage, _label), number in zip(found.stages, numbers, strict=True)
        )
        return PersonaStageOut(list(cells), many=True).data


@extend_schema_view(
    get=extend_schema(
        summary="Content that is missing",
        operation_id="assets_gaps",
        responses=GapsOut,
    )
)
class GapsView(ProgramApiView):
    tag = "library"
    http_method_names = ("get", "head", "options")
    serializer_class = GapsOut

    def get(self, request: Request) -> Response:
        return Response(GapsOut(gaps(program=self.program)).data)
