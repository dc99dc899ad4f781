"""`/metrics/`: definitions, figures, the rows behind them, and their history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import Problem
from alignment.core.rest.pages import limit_of, next_address, read_cursor, write_cursor
from alignment.core.rest.schema import PAGE_NAMES, PAGE_PARAMETERS
from alignment.core.rest.views import checked
from alignment.people.api_views import ProgramApiView
from alignment.people.permissions import Permission, Scope

from ..actions.assumptions import set_assumptions
from ..forms import Asked
from ..queries.assumptions import assumptions_of
from ..queries.breakdown import BY, MOST_GROUPS, breakdown
from ..queries.measuring import measure
from ..queries.population import Metric, Place, rows_behind
from ..queries.registry import METRICS
from ..queries.snapshots import MOST_DAYS, history
from . import schemas
from .asking import NAMES, PARAMETERS, asked

_COMPARE = OpenApiParameter("compare", str, enum=["previous"])
_COUNTED = OpenApiParameter(
    "counted", bool, description="Only those inside, or only those outside of the numerator."
)
_BY = OpenApiParameter(
    "by",
    str,
    enum=list(BY),
    description="`source` if not given; `kind` is what the note of a row says, such as the clause of"
    " a promise or the campaign that a lead came by first.",
)


class _MetricsView(ProgramApiView):
    tag = "metrics"
    pagination_class = None
    filter_backends = ()

    def metric(self, key: str) -> Metric:
        if key not in METRICS:
            raise Http404
        return METRICS[key]

    def asked(self, request: Request) -> Asked:
        return asked(request, self.program)


class MetricsView(_MetricsView):
    serializer_class = schemas.DefinitionsOut

    @extend_schema(
        summary="Definitions of all metrics",
        operation_id="metrics_list",
        responses=schemas.DefinitionsOut,
    )
    def get(self, request: Request) -> Response:
        items = [metric.definition for metric in METRICS.values()]
        return Response(schemas.DefinitionsOut({"items": items}).data)


class MetricView(_MetricsView):
    asks = (*NAMES, "compare")
    serializer_class = schemas.MetricOut

    @extend_schema(
        summary="A metric of a period",
        description="With its numerator, denominator, sample and 95 % interval. The period before"
        " is told as it stood when it was as old as this one is: its leads have had as much time.",
        operation_id="metrics_get",
        parameters=[*PARAMETERS, _COMPARE],
        responses=schemas.MetricOut,
    )
    def get(self, request: Request, key: str) -> Response:
        metric, asked = self.metric(key), self.asked(request)
        body = {name: getattr(metric.definition, name) for name in metric.definition.__slots__}
        body["now"] = self._measured(metric, asked, is_before=False)
        body["before"] = self._measured(metric, asked, is_before=True) if asked.compares else None
        return Response(schemas.MetricOut(body).data)

    def _measured(self, metric: Metric, asked: Asked, *, is_before: bool) -> dict[str, Any]:
        period = asked.period.before() if is_before else asked.period
        as_of = asked.as_of if is_before else None
        found = measure(self.program, metric, period, asked.part, as_of=as_of)
        return schemas.measured(metric, found, period, as_of)


class MetricRowsView(_MetricsView):
    asks = (*NAMES, "compare", "counted", *PAGE_NAMES)
    serializer_class = schemas.RowsOut

    @extend_schema(
        summary="The rows behind a metric",
        description="By the filter of the number itself, newest first.",
        operation_id="metrics_rows",
        parameters=[*PARAMETERS, _COUNTED, *PAGE_PARAMETERS],
        responses=schemas.RowsOut,
    )
    def get(self, request: Request, key: str) -> Response:
        metric, asked, limit = self.metric(key), self.asked(request), limit_of(request)
        found = rows_behind(
            self.program,
            metric,
            asked.period,
            asked.part,
            counted=self._counted(request),
            behind=self._behind(request),
            most=limit + 1,
        )
        shown, cursor = found[:limit], None
        if len(found) > limit:
            cursor = write_cursor(shown[-1].at, shown[-1].row_id)
        items = [schemas.row_of(metric, row) for row in shown]
        body = {"items": items, "next": next_address(request, cursor)}
        return Response(schemas.RowsOut(body).data)

    def _behind(self, request: Request) -> Place | None:
        text = request.query_params.get("cursor")
        return Place(*read_cursor(text, datetime, int)) if text else None

    def _counted(self, request: Request) -> bool | None:
        text = request.query_params.get("counted", "")
        if text not in ("", "true", "false"):
            raise ValidationError({"counted": "true or false."})
        return {"true": True, "false": False}.get(text)


class MetricBreakdownView(_MetricsView):
    asks = (*NAMES, "compare", "by")
    serializer_class = schemas.BreakdownOut

    @extend_schema(
        summary="A metric by what its rows have in common",
        description=f"The groups with the most rows first, {MOST_GROUPS} at most. None of working"
        " time, which is not reckoned in the database.",
        operation_id="metrics_breakdown",
        parameters=[*PARAMETERS, _BY],
        responses=schemas.BreakdownOut,
    )
    def get(self, request: Request, key: str) -> Response:
        metric, asked = self.metric(key), self.asked(request)
        by = request.query_params.get("by", "source")
        if by not in BY:
            raise ValidationError({"by": f"One of {', '.join(BY)}."})
        groups = breakdown(self.program, metric, asked.period, asked.part, by)
        items = [
            {"key": group.key, "measure": schemas.measured(metric, group.measure, asked.period)}
            for group in groups
        ]
        return Response(schemas.BreakdownOut({"items": items}).data)


class MetricHistoryView(_MetricsView):
    serializer_class = schemas.HistoryOut

    @extend_schema(
        summary="A metric day by day, as it was first reckoned",
        description="Each over the 30 days that end with that day, of the whole program.",
        operation_id="metrics_history",
        responses=schemas.HistoryOut,
    )
    def get(self, request: Request, key: str) -> Response:
        metric = self.metric(key)
        rows = history(self.program, metric.definition.key, days=MOST_DAYS)
        return Response(schemas.HistoryOut({"items": rows}).data)


class AssumptionsView(_MetricsView):
    write_scope = Scope.AGREEMENTS_WRITE
    write_permission = Permission.MANAGE_PROGRAM
    serializer_class = schemas.AssumptionsOut

    @extend_schema(
        summary="What the cost of misalignment is reckoned with",
        operation_id="metrics_assumptions_get",
    )
    def get(self, request: Request) -> Response:
        return Response(schemas.AssumptionsOut(assumptions_of(self.program)).data)

    @extend_schema(
        summary="Change what the cost of misalignment is reckoned with",
        operation_id="metrics_assumptions_put",
        request=schemas.AssumptionsIn,
        responses=schemas.AssumptionsOut,
    )
    def put(self, request: Request) -> Response:
        given = checked(schemas.AssumptionsIn(data=request.data))
        try:
            row = set_assumptions(program=self.program, by=self.person, **given)
        except Refused as refused:
            raise Problem(422, " ".join(refused.messages)) from refused
        return Response(schemas.AssumptionsOut(row).data)
