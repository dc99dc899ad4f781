"""`/insight-topics/`: topics, their trackers and answers, and how often each is raised."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.edits import Overwritten
from alignment.core.rest import filters
from alignment.core.rest.edits import OvertakenProblem, overtaken
from alignment.core.rest.refusals import done
from alignment.core.rest.schema import PROBLEM_TYPE
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from campaigns.library.models import Asset

from ..actions.merging import merge_topics
from ..actions.topics import add_topic, answer_topic, change_topic, retire_topic
from ..models import InsightTopic, TagKind
from ..queries.objections import Asked, raised_topics
from .notes import NAMES, WorksInsights
from .schemas import (
    AnswerIn,
    NumbersAsked,
    TopicChange,
    TopicIn,
    TopicMergeIn,
    TopicNumbersOut,
    TopicOut,
)


class TopicFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=TagKind.choices, label="Kind")
    is_gap = filters.BooleanFilter(
        field_name="gap_since",
        lookup_expr="isnull",
        exclude=True,
        label="Raised as an objection and without an answer",
    )

    class Meta:
        model = InsightTopic
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List topics", operation_id="insight_topics_list"),
    post=extend_schema(
        summary="Add a topic and its tracker",
        operation_id="insight_topics_add",
        request=TopicIn,
        responses={201: TopicOut},
    ),
)
class TopicsView(WorksInsights, ListView):
    serializer_class = TopicOut
    filterset_class = TopicFilter
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return InsightTopic.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(TopicIn(data=request.data))
        topic = done(lambda: add_topic(program=self.program, by=self.person, **given))
        return Response(TopicOut(topic).data, status=201)


class TopicBase(WorksInsights):
    def topic(self) -> InsightTopic:
        rows = InsightTopic.objects.in_program(self.program)
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found


@extend_schema_view(
    get=extend_schema(summary="One topic", operation_id="insight_topics_get"),
    patch=extend_schema(
        summary="Change a topic and the words it looks for",
        operation_id="insight_topics_change",
        request=TopicChange,
        responses=TopicOut,
    ),
)
class TopicView(TopicBase, DetailView):
    serializer_class = TopicOut

    def rows(self) -> QuerySet[Any]:
        return InsightTopic.objects.in_program(self.program)

    def patch(self, request: Request, pk: int) -> Response:
        given, topic = checked(TopicChange(data=request.data)), self.topic()
        is_retired = given.pop("is_retired", None)
        topic = done(lambda: change_topic(topic=topic, by=self.person, **given))
        if is_retired is not None:
            topic = done(lambda: retire_topic(topic=topic, is_retired=is_retired, by=self.person))
        return Response(TopicOut(topic).data)


@extend_schema_view(
    put=extend_schema(
        summary="Say what we answer",
        operation_id="insight_topics_answer",
        request=AnswerIn,
        responses={200: TopicOut, (409, PROBLEM_TYPE): OvertakenProblem},
    )
)
class AnswerView(TopicBase):
    serializer_class = TopicOut
    http_method_names = ("put", "options")

    def put(self, request: Request, pk: int) -> Response:
        sent, topic = checked(AnswerIn(data=request.data)), self.topic()
        given = {"answer": sent["answer"], "asset": self._asset(sent)}
        seen = dict(sent.get("seen", {}))
        if "asset_id" in seen:
            rows = Asset.objects.in_program(self.program)
            seen["asset"] = rows.filter(pk=seen.pop("asset_id")).first()
        try:
            answered = done(
                lambda: answer_topic(topic=topic, by=self.person, seen=seen, **given), **NAMES
            )
        except Overwritten as late:
            fields = [NAMES.get(name, name) for name in late.fields]
            raise overtaken(fields, TopicOut(self.topic()).data, sent) from late
        return Response(TopicOut(answered).data)

    def _asset(self, sent: dict[str, Any]) -> Any:
        return self.named(Asset, "asset_id", sent.get("asset_id"), "There is no such content.")


@extend_schema_view(
    post=extend_schema(
        summary="Merge a topic into another",
        description="Tags, words to look for and, where the other has none, the answer go to the"
        " other topic, which is the reply. It cannot be undone; sent again, nothing changes.",
        operation_id="insight_topics_merge",
        request=TopicMergeIn,
        responses=TopicOut,
    )
)
class MergeView(TopicBase):
    serializer_class = TopicOut
    http_method_names = ("post", "options")

    def post(self, request: Request, pk: int) -> Response:
        given, topic = checked(TopicMergeIn(data=request.data)), self.topic()
        into = self.named(InsightTopic, "into_id", given["into_id"], "There is no such topic.")
        merged = done(lambda: merge_topics(topic=topic, into=into, by=self.person), into="into_id")
        return Response(TopicOut(merged).data)


@extend_schema_view(
    get=extend_schema(
        summary="How often topics are raised, and what became of the deals",
        operation_id="insight_topics_numbers",
        parameters=[NumbersAsked],
        responses=TopicNumbersOut,
    )
)
class NumbersView(WorksInsights):
    asks = tuple(NumbersAsked().fields)
    serializer_class = TopicNumbersOut
    # One row for each topic of a kind, and their number is limited.
    pagination_class = None
    http_method_names = ("get", "head", "options")

    def get_queryset(self) -> QuerySet[Any]:
        """Not used for the numbers; the schema generator asks for it."""
        return InsightTopic.objects.none()

    def get(self, request: Request) -> Response:
        query = NumbersAsked(data=request.query_params)
        # Invalid query parameters are a 400, as in every list.
        query.is_valid(raise_exception=True)
        given = query.validated_data
        asked = Asked(
            kind=given["kind"],
            sector=given.get("sector", ""),
            stage=given.get("stage_id"),
            competitor=given.get("competitor_id"),
            since=given.get("since"),
        )
        return Response(TopicNumbersOut({"items": raised_topics(self.program, asked)}).data)
