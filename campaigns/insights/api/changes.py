"""`/message-changes/`: how messages changed because of what prospects said, and the effect."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import filters
from alignment.core.rest.edits import OvertakenProblem, overtaken
from alignment.core.rest.refusals import done, refused
from alignment.core.rest.schema import PROBLEM_TYPE
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from campaigns.library.models import Asset

from ..actions.changes import Overtaken, end_change, record_change
from ..models import Briefing, InsightTopic, MessageChange
from ..queries.effects import change_in, effects, raised_in, rows_of
from ..rules.effect import Group
from .briefing_schemas import ChangeIn, ChangeOut, DealsAsked, EffectOut, RaisedDealsOut
from .notes import NAMES, WorksInsights

ROWS: dict[str, tuple[type[Any], str]] = {
    "topic": (InsightTopic, "There is no such topic."),
    "asset": (Asset, "There is no such content."),
    "briefing": (Briefing, "There is no such briefing."),
}


class ChangeFilter(filters.FilterSet):
    topic_id = filters.IdFilter(field_name="topic", label="Topic")
    is_in_use = filters.BooleanFilter(
        field_name="ended_at", lookup_expr="isnull", label="Whether we say it today"
    )

    class Meta:
        model = MessageChange
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List message changes", operation_id="message_changes_list"),
    post=extend_schema(
        summary="Record that we say something else",
        description="The message of the topic that was in use until then ends. The same message sent"
        " again at once is the row that there is. Another one within a minute is refused, unless"
        " `seen_id` says that you know of it.",
        operation_id="message_changes_record",
        request=ChangeIn,
        responses={201: ChangeOut, (409, PROBLEM_TYPE): OvertakenProblem},
    ),
)
class ChangesView(WorksInsights, ListView):
    serializer_class = ChangeOut
    filterset_class = ChangeFilter
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return MessageChange.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(ChangeIn(data=request.data))
        for name, (model, text) in ROWS.items():
            field = f"{name}_id"
            given[name] = self.named(model, field, given.pop(field, None), text)
        if given["topic"].merged_into_id:
            raise refused("topic_id", "There is no such topic.")
        given["seen"] = given.pop("seen_id", None)
        names = NAMES | {"briefing": "briefing_id"}
        try:
            made = done(lambda: record_change(by=self.person, **given), **names)
        except Overtaken as late:
            now = {"says_now": late.newest.says_now, "seen_id": late.newest.pk}
            raise overtaken(now, now, given | {"seen_id": given["seen"]}) from late
        return Response(ChangeOut(made).data, status=201)


@extend_schema_view(
    get=extend_schema(summary="One message change", operation_id="message_changes_get")
)
class ChangeView(WorksInsights, DetailView):
    serializer_class = ChangeOut
    http_method_names = ("get", "head", "options")

    def rows(self) -> QuerySet[Any]:
        return MessageChange.objects.in_program(self.program)


class ChangeBase(WorksInsights):
    def found(self) -> MessageChange:
        found = change_in(self.program, self.kwargs["pk"])
        if found is None:
            raise Http404
        return found


@extend_schema_view(
    post=extend_schema(
        summary="Say that we no longer say it",
        operation_id="message_changes_end",
        request=None,
        responses=ChangeOut,
    )
)
class EndView(ChangeBase):
    serializer_class = ChangeOut
    http_method_names = ("post", "options")

    def post(self, request: Request, pk: int) -> Response:
        return Response(ChangeOut(end_change(change=self.found(), by=self.person)).data)


@extend_schema_view(
    get=extend_schema(
        summary="What became of deals before and since",
        description="A deal counts for the message that was in use when the topic first came up in"
        " it. Deals that were open when the message changed heard both and count for neither.",
        operation_id="message_changes_effect",
        responses=EffectOut,
    )
)
class EffectView(ChangeBase):
    serializer_class = EffectOut
    http_method_names = ("get", "head", "options")

    def get(self, request: Request, pk: int) -> Response:
        ((_change, effect),) = effects(self.program, [self.found()])
        return Response(EffectOut(effect).data)


@extend_schema_view(
    get=extend_schema(
        summary="The deals behind a number of the effect",
        description="Those in which it came up last first; at most 200.",
        operation_id="message_changes_deals",
        parameters=[DealsAsked],
        responses=RaisedDealsOut,
    )
)
class DealsView(ChangeBase):
    asks = tuple(DealsAsked().fields)
    serializer_class = RaisedDealsOut
    # At most 200.
    pagination_class = None
    http_method_names = ("get", "head", "options")

    def get_queryset(self) -> QuerySet[Any]:
        """Not used for the rows, which come from several tables; the schema generator needs it."""
        return MessageChange.objects.none()

    def get(self, request: Request, pk: int) -> Response:
        query = DealsAsked(data=request.query_params)
        # Invalid query parameters are a 400, as in every list.
        query.is_valid(raise_exception=True)
        given, found = query.validated_data, self.found()
        raised = raised_in(self.program, [found.topic_id]).get(found.topic_id, [])
        rows = rows_of(found, raised, Group(given["group"]), given.get("only", ""))
        shown = [{"deal": deal, "raised": row} for deal, row in rows]
        return Response(RaisedDealsOut({"items": shown}).data)
