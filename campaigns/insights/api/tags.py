"""`/insight-tags/`: tagged passages; suggestions are accepted or dismissed here, too."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.references import OfAccountFilter
from alignment.core.rest import filters
from alignment.core.rest.refusals import done
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent

from ..actions.tags import accept, dismiss, mark
from ..models import InsightTopic, Tag, TagKind
from .notes import NAMES, WorksInsights
from .schemas import MarkIn, TagOut


class TagFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=Tag.State.choices, label="Suggested, accepted, dismissed")
    kind = filters.ChoiceFilter(choices=TagKind.choices, label="Kind")
    topic_id = filters.IdFilter(field_name="topic", label="Topic")
    note_id = filters.IdFilter(field_name="note", label="Note")
    opportunity_id = filters.IdFilter(field_name="note__opportunity", label="Opportunity")
    account_id = OfAccountFilter("note__account")

    class Meta:
        model = Tag
        fields: tuple[str, ...] = ()


@extend_schema_view(get=extend_schema(summary="List tags", operation_id="insight_tags_list"))
class TagsView(WorksInsights, ListView):
    serializer_class = TagOut
    filterset_class = TagFilter
    http_method_names = ("get", "head", "options")

    def rows(self) -> QuerySet[Any]:
        return Tag.objects.in_program(self.program).select_related("topic")


@extend_schema_view(
    get=extend_schema(summary="Tags of a note", operation_id="note_tags_list"),
    post=extend_schema(
        summary="Mark a passage of a note",
        operation_id="note_tags_mark",
        request=MarkIn,
        responses={201: TagOut},
    ),
)
class NoteTagsView(WorksInsights, ListView):
    serializer_class = TagOut
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        rows = Tag.objects.in_program(self.program).select_related("topic")
        return rows.filter(note=self.note())

    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        given, note = checked(MarkIn(data=request.data)), self.note()
        topic_id = given.pop("topic_id", None)
        topic = self.named(InsightTopic, "topic_id", topic_id, "There is no such topic.")
        tag = done(lambda: mark(note=note, by=self.person, topic=topic, **given), **NAMES)
        return Response(TagOut(tag).data, status=201)


@extend_schema_view(get=extend_schema(summary="One tag", operation_id="insight_tags_get"))
class TagView(WorksInsights, DetailView):
    serializer_class = TagOut
    http_method_names = ("get", "head", "options")

    def rows(self) -> QuerySet[Any]:
        return Tag.objects.in_program(self.program).select_related("topic")


class DecideView(WorksInsights):
    serializer_class = TagOut
    http_method_names = ("post", "options")

    def found(self) -> Tag:
        rows = Tag.objects.in_program(self.program).select_related("topic")
        tag = rows.filter(pk=self.kwargs["pk"]).first()
        if tag is None:
            raise Http404
        return tag


@extend_schema_view(
    post=extend_schema(
        summary="Accept a suggestion: it counts from now on",
        operation_id="insight_tags_accept",
        request=None,
        responses=TagOut,
    )
)
class AcceptView(DecideView):
    def post(self, request: Request, pk: int) -> Response:
        return Response(TagOut(accept(tag=self.found(), by=self.person)).data)


@extend_schema_view(
    post=extend_schema(
        summary="Dismiss a tag: it does not count",
        operation_id="insight_tags_dismiss",
        request=None,
        responses=TagOut,
    )
)
class DismissView(DecideView):
    def post(self, request: Request, pk: int) -> Response:
        return Response(TagOut(dismiss(tag=self.found(), by=self.person)).data)
