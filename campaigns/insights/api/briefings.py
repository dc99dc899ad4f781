"""`/briefings/`: the weekly briefings as written, and their rhythm."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.moments import database_now
from alignment.core.rest import filters
from alignment.core.rest.refusals import done
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.idempotency import idempotent
from alignment.people.permissions import Permission, Scope

from ..actions.briefings import mark_read, set_rhythm, write_now
from ..models import Briefing
from ..queries.briefings import briefings_in, rhythm_of
from .briefing_schemas import BriefingOut, BriefingRow, RhythmIn, RhythmOut
from .notes import WorksInsights


class BriefingFilter(filters.FilterSet):
    is_empty = filters.BooleanFilter(label="Whether nothing new was heard")

    class Meta:
        model = Briefing
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List briefings", operation_id="briefings_list"),
    post=extend_schema(
        summary="Write the coming briefing now",
        description="It covers what was said until now; what is said later goes into the one after."
        " 422 where it was written already: there is one a week.",
        operation_id="briefings_write",
        request=None,
        responses={201: BriefingOut},
    ),
)
class BriefingsView(WorksInsights, ListView):
    serializer_class = BriefingRow
    filterset_class = BriefingFilter
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return briefings_in(self.program).defer("content")

    @idempotent
    def post(self, request: Request) -> Response:
        made = done(lambda: write_now(program=self.program, by=self.person))
        row = briefings_in(self.program).get(pk=made.pk)
        return Response(BriefingOut(row).data, status=201)


@extend_schema_view(get=extend_schema(summary="One briefing", operation_id="briefings_get"))
class BriefingView(WorksInsights, DetailView):
    serializer_class = BriefingOut
    http_method_names = ("get", "head", "options")

    def rows(self) -> QuerySet[Any]:
        return briefings_in(self.program)


@extend_schema_view(
    post=extend_schema(
        summary="Say that one has read a briefing",
        description="The first time counts.",
        operation_id="briefings_read",
        request=None,
        responses=BriefingRow,
    )
)
class ReadView(WorksInsights):
    serializer_class = BriefingRow
    http_method_names = ("post", "options")

    def post(self, request: Request, pk: int) -> Response:
        row = Briefing.objects.in_program(self.program).filter(pk=pk).first()
        if row is None:
            raise Http404
        mark_read(briefing=row, by=self.person)
        return Response(BriefingRow(briefings_in(self.program).get(pk=pk)).data)


@extend_schema_view(
    get=extend_schema(
        summary="When briefings are written",
        operation_id="briefing_rhythm_get",
        responses=RhythmOut,
    ),
    patch=extend_schema(
        summary="Change when briefings are written",
        description="For managers and owners. What is left out stays as it is.",
        operation_id="briefing_rhythm_change",
        request=RhythmIn,
        responses=RhythmOut,
    ),
)
class RhythmView(ProgramApiView):
    tag = "insights"
    write_scope = Scope.DEALS_WRITE
    write_permission = Permission.SET_UP_PIPELINE
    serializer_class = RhythmOut
    http_method_names = ("get", "head", "options", "patch")

    def get(self, request: Request) -> Response:
        return Response(RhythmOut(rhythm_of(self.program, now=database_now())).data)

    def patch(self, request: Request) -> Response:
        given = checked(RhythmIn(data=request.data))
        row = done(lambda: set_rhythm(program=self.program, by=self.person, **given))
        return Response(RhythmOut(row).data)
