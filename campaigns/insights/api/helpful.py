"""`/opportunities/<id>/suggested-content/`: content that helps a deal now, and why."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.library.models import Asset
from campaigns.opportunities.models import Opportunity

from ..queries.helpful import helpful_for
from ..rules.helpful import Because
from .notes import WorksInsights


class ReasonOut(serializers.Serializer[Any]):
    because = serializers.ChoiceField(choices=[str(each) for each in Because])
    about = serializers.CharField(
        help_text="The objection or competitor, the buying stage, the persona, or the NAICS sector."
    )
    who = serializers.CharField(help_text="Who of the committee the persona is; else empty.")


class SuggestedOut(serializers.Serializer[Any]):
    asset_id = serializers.IntegerField(source="asset.pk")
    title = serializers.CharField(source="asset.title")
    kind = serializers.ChoiceField(choices=Asset.Kind.choices, source="asset.kind")
    url = serializers.CharField(source="asset.url")
    reasons = ReasonOut(many=True)
    sent_at = serializers.DateTimeField(
        allow_null=True, help_text="When somebody of the account got it last, or will."
    )


class TopicAnswerOut(serializers.Serializer[Any]):
    topic_id = serializers.IntegerField(source="topic.pk")
    name = serializers.CharField(source="topic.name")
    answer = serializers.CharField(source="topic.answer", help_text="What we say to it.")
    asset_id = serializers.IntegerField(
        source="asset.pk", allow_null=True, default=None, help_text="Content that goes with it."
    )
    sent_at = serializers.DateTimeField(
        allow_null=True, help_text="When somebody of the account got that content last, or will."
    )


class UnansweredOut(serializers.Serializer[Any]):
    topic_id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class HelpfulOut(serializers.Serializer[Any]):
    answers = TopicAnswerOut(
        many=True, help_text="To what was raised in the deal; what came up last first."
    )
    content = SuggestedOut(many=True, help_text="Five at most, the best first.")
    unanswered = UnansweredOut(
        many=True, help_text="Raised in the deal, and no content answers it."
    )
    had = serializers.IntegerField(help_text="Content that is left out: the account had it.")


@extend_schema_view(
    get=extend_schema(
        summary="Content that helps an opportunity now",
        description="Ranked by the objection it answers, the buying stage, the committee's personas"
        " and the sector. Left out is what the account had already unless it answers an objection, and"
        " scripts and templates.",
        operation_id="opportunities_suggested_content",
        responses=HelpfulOut,
    )
)
class SuggestedContentView(WorksInsights):
    serializer_class = HelpfulOut
    pagination_class = None
    http_method_names = ("get", "head", "options")

    def get_queryset(self) -> QuerySet[Any]:
        return Opportunity.objects.in_program(self.program)

    def get(self, request: Request, pk: int) -> Response:
        deal = self.get_queryset().select_related("account", "stage").filter(pk=pk).first()
        if deal is None:
            raise Http404
        return Response(HelpfulOut(helpful_for(deal)).data)
