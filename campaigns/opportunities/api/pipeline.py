"""`/pipeline-stages/` and `/exchange-rates/`: the stages of deals, and the rates behind sums."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import Problem
from alignment.core.rest.refusals import done
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.idempotency import idempotent
from alignment.people.permissions import Permission, Scope

from ..actions.pipeline import add_stage, change_stage, remove_stage, restore_stage, set_rate
from ..models import ExchangeRate, PipelineStage
from ..queries.pipeline import with_stage_before
from .schemas import RateIn, RateOut, StageChange, StageIn, StageOut


class SetsUpPipeline(ProgramApiView):
    tag = "opportunities"
    write_scope = Scope.DEALS_WRITE
    write_permission = Permission.SET_UP_PIPELINE

    def stages(self) -> QuerySet[PipelineStage]:
        return with_stage_before(PipelineStage.objects.in_program(self.program))

    def shown(self, stage: PipelineStage) -> dict[str, Any]:
        return dict(StageOut(self.stages().get(pk=stage.pk)).data)


@extend_schema_view(
    get=extend_schema(summary="Stages of the pipeline", operation_id="pipeline_stages_list"),
    post=extend_schema(
        summary="Add an open stage, before won and lost",
        operation_id="pipeline_stages_add",
        request=StageIn,
        responses={201: StageOut},
    ),
)
class StagesView(SetsUpPipeline, ListView):
    serializer_class = StageOut
    keeps_replies = True
    # In the order in which deals pass through them.
    orders = {"position": ("position", "id"), "-id": ("-id",)}

    def rows(self) -> QuerySet[Any]:
        return self.stages()

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(StageIn(data=request.data))
        stage = done(lambda: add_stage(program=self.program, by=self.person, **given))
        return Response(self.shown(stage), status=201)


@extend_schema_view(
    get=extend_schema(summary="One stage", operation_id="pipeline_stages_get"),
    patch=extend_schema(
        summary="Change a stage",
        operation_id="pipeline_stages_change",
        request=StageChange,
        responses=StageOut,
    ),
    delete=extend_schema(
        summary="Take an open stage out",
        description="409 for won and lost, the last open stage, or one that deals stand in. It stays"
        " in the list with `retired_at`, and can be restored.",
        operation_id="pipeline_stages_remove",
        responses={204: None},
    ),
)
class StageView(SetsUpPipeline, DetailView):
    serializer_class = StageOut

    def rows(self) -> QuerySet[Any]:
        return self.stages()

    def patch(self, request: Request, pk: int) -> Response:
        given, stage = checked(StageChange(data=request.data)), self.get_object()
        changed = done(lambda: change_stage(stage=stage, by=self.person, **given))
        return Response(self.shown(changed))

    def delete(self, request: Request, pk: int) -> Response:
        stage = self.rows().filter(pk=pk, retired_at__isnull=True).first()
        if stage is None:
            raise Http404
        try:
            remove_stage(stage=stage, by=self.person)
        except ValidationError as needed:
            text = needed.messages[0]
            raise Problem(409, text) from needed
        return Response(status=204)


@extend_schema_view(
    post=extend_schema(
        summary="Bring back a stage that was taken out",
        description="Where it stood among those that are left. Safe to repeat.",
        operation_id="pipeline_stages_restore",
        request=None,
        responses=StageOut,
    )
)
class RestoreStageView(SetsUpPipeline):
    serializer_class = StageOut
    http_method_names = ("post", "options")

    def post(self, request: Request, pk: int) -> Response:
        stage = self.stages().filter(pk=pk).first()
        if stage is None:
            raise Http404
        return Response(self.shown(done(lambda: restore_stage(stage=stage, by=self.person))))


@extend_schema_view(
    get=extend_schema(summary="Exchange rates", operation_id="exchange_rates_list"),
    put=extend_schema(
        summary="Say what a currency is worth",
        description="Sums of all deals in that currency follow.",
        operation_id="exchange_rates_set",
        request=RateIn,
        responses=RateOut,
    ),
)
class RatesView(SetsUpPipeline, ListView):
    serializer_class = RateOut

    def rows(self) -> QuerySet[Any]:
        return ExchangeRate.objects.in_program(self.program)

    def put(self, request: Request) -> Response:
        given = checked(RateIn(data=request.data))
        rate = done(lambda: set_rate(program=self.program, by=self.person, **given))
        return Response(RateOut(rate).data)
