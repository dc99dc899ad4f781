"""`/plays/comparison/` and `/plays/{id}/results/`: the outcomes of plays, as on their page."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.people.api_views import DetailView, ProgramApiView
from campaigns.library.models import Play

from .queries import ENOUGH_TO_COMPARE, MOST_PLAYS, Results, play_rows, results_of


class PlayResultsOut(serializers.Serializer[Any]):
    """Numbers of accounts on which the play ran."""

    runs = serializers.IntegerField(
        help_text="Accounts on which one of its touches was done, or all are over: the sample."
    )
    ahead = serializers.IntegerField(help_text="Accounts on which it is planned and has not begun.")
    replied = serializers.IntegerField(help_text="Somebody there replied or met us.")
    met = serializers.IntegerField()
    opportunities = serializers.IntegerField(
        help_text="A lead there became an opportunity after it began; it need not be its doing."
    )
    is_enough_to_compare = serializers.SerializerMethodField(
        help_text=f"From {ENOUGH_TO_COMPARE} accounts on; below, chance decides."
    )

    def get_is_enough_to_compare(self, found: Results) -> bool:
        return found.runs >= ENOUGH_TO_COMPARE


class ComparedPlayOut(serializers.Serializer[Any]):
    play_id = serializers.IntegerField(source="play.pk")
    name = serializers.CharField(source="play.name")
    steps = serializers.IntegerField()
    days = serializers.IntegerField(help_text="Business days from the first step to the last.")
    results = PlayResultsOut()


class ComparisonOut(serializers.Serializer[Any]):
    items = ComparedPlayOut(many=True)


@extend_schema_view(
    get=extend_schema(
        summary="Compare plays",
        description=f"All that are not retired, by name, {MOST_PLAYS} at most.",
        operation_id="plays_compare",
        responses=ComparisonOut,
    )
)
class ComparisonView(ProgramApiView):
    tag = "plays"
    http_method_names = ("get", "head", "options")
    serializer_class = ComparisonOut

    def get(self, request: Request) -> Response:
        found = play_rows(self.program, is_retired=False, now=timezone.now())
        return Response(ComparisonOut({"items": found}).data)


@extend_schema_view(
    get=extend_schema(
        summary="What came of a play", operation_id="plays_results", responses=PlayResultsOut
    )
)
class PlayResultsView(DetailView):
    tag = "plays"
    http_method_names = ("get", "head", "options")
    serializer_class = PlayResultsOut

    def rows(self) -> QuerySet[Any]:
        return Play.objects.in_program(self.program)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        play = self.get_object()
        found = results_of(self.program, [play.pk], timezone.now()).get(play.pk, Results())
        return Response(PlayResultsOut(found).data)
