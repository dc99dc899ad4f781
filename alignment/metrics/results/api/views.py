"""`/results/`, `/attribution/`, `/baselines/` and `/costs/`."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from alignment.core.rest.pages import limit_of, next_address, read_cursor, write_cursor
from alignment.core.rest.periods import NAMES
from alignment.core.rest.refusals import done
from alignment.core.rest.schema import PAGE_NAMES, PAGE_PARAMETERS
from alignment.core.rest.views import checked
from alignment.metrics.api.asking import NAMES as OF_PERIOD
from alignment.metrics.api.asking import PARAMETERS, asked
from alignment.metrics.queries.attribution import CampaignOf, Channel, Of, attribution, credited
from alignment.metrics.rules.attribution import Model
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.idempotency import idempotent
from alignment.people.permissions import Permission, Scope

from ..actions import baselines, costs
from ..models import Baseline, Cost
from ..queries import results
from . import credit_schemas, schemas


def _asked(query: Serializer[Any]) -> dict[str, Any]:
    """The validated query parameters; 400 for invalid ones, as for every list."""
    query.is_valid(raise_exception=True)
    given: dict[str, Any] = query.validated_data
    return given


class _ResultsView(ProgramApiView):
    tag = "results"
    pagination_class = None
    filter_backends = ()
    http_method_names = ("get", "head", "options")


class ResultsView(_ResultsView):
    asks = OF_PERIOD
    serializer_class = schemas.ResultsOut

    @extend_schema(
        summary="Results against the baseline",
        description="Sales cycle, deal size, win rate and acquisition cost of a period, each with"
        " its change against the newest baseline, which is of the whole program. The rows behind are those of `/metrics/<key>/`.",
        operation_id="results_list",
        parameters=[*PARAMETERS],
        responses=schemas.ResultsOut,
    )
    def get(self, request: Request) -> Response:
        wanted = asked(request, self.program)
        period = wanted.period
        items = [schemas.result_data(found) for found in results(self.program, period, wanted.part)]
        body = {"first": period.first, "last": period.last, "items": items}
        return Response(schemas.ResultsOut(body).data)


class AttributionView(_ResultsView):
    asks = (*OF_PERIOD, *credit_schemas.AttributionAsked().fields)
    serializer_class = credit_schemas.AttributionOut

    @extend_schema(
        summary="Whom the amounts of deals are credited to",
        description="By channel and by campaign; each list sums to `amount_usd`, to the cent. Of all"
        " deals, or of those of a team, sector, tier and source.",
        operation_id="attribution_get",
        parameters=[*PARAMETERS, credit_schemas.AttributionAsked],
        responses=credit_schemas.AttributionOut,
    )
    def get(self, request: Request) -> Response:
        wanted = asked(request, self.program)
        given = _asked(credit_schemas.AttributionAsked(data=request.query_params))
        period, part = wanted.period, wanted.part
        found = attribution(self.program, period, Of(given["of"]), Model(given["model"]), part)
        return Response(credit_schemas.AttributionOut(credit_schemas.credited(found, period)).data)


class CreditedDealsView(_ResultsView):
    asks = (*OF_PERIOD, *credit_schemas.CreditedAsked().fields, *PAGE_NAMES)
    serializer_class = credit_schemas.CreditedDealsOut

    @extend_schema(
        summary="The deals behind one line of the credits",
        description="The largest parts first; they sum to the line.",
        operation_id="attribution_deals",
        parameters=[*PARAMETERS, credit_schemas.CreditedAsked, *PAGE_PARAMETERS],
        responses=credit_schemas.CreditedDealsOut,
    )
    def get(self, request: Request) -> Response:
        wanted, limit = asked(request, self.program), limit_of(request)
        given = _asked(credit_schemas.CreditedAsked(data=request.query_params))
        key, place = given["key"], request.query_params.get("cursor")
        pick: Channel | CampaignOf = Channel(key or None)
        if given["by"] == "campaign":
            pick = CampaignOf(int(key) if key else None)
        of, model = Of(given["of"]), Model(given["model"])
        found = credited(self.program, wanted.period, of, model, wanted.part, pick)
        if place:
            cents, deal = read_cursor(place, int, int)
            found = [row for row in found if (-row.cents, row.id) > (-cents, deal)]
        shown, cursor = found[:limit], None
        if len(found) > limit:
            cursor = write_cursor(shown[-1].cents, shown[-1].id)
        items = credit_schemas.deals_credited(self.program, shown)
        body = {"items": items, "next": next_address(request, cursor)}
        return Response(credit_schemas.CreditedDealsOut(body).data)


@extend_schema_view(
    get=extend_schema(summary="Baselines", operation_id="baselines_list"),
    post=extend_schema(
        summary="Freeze a baseline",
        description="From days of the past, or from figures with their source. It never changes;"
        " results are held against the newest. For owners of the program.",
        operation_id="baselines_add",
        request=schemas.BaselineIn,
        responses={201: schemas.BaselineOut},
    ),
)
class BaselinesView(ListView):
    tag = "results"
    serializer_class = schemas.BaselineOut
    write_scope = Scope.DEALS_WRITE
    write_permission = Permission.MANAGE_PROGRAM
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Baseline.objects.in_program(self.program).prefetch_related("figures")

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(schemas.BaselineIn(data=request.data))
        made = done(lambda: self._freeze(given), **NAMES)
        return Response(schemas.BaselineOut(made).data, status=201)

    def _freeze(self, given: dict[str, Any]) -> Baseline:
        if "first" in given:
            return baselines.freeze_period(program=self.program, by=self.person, **given)
        figures = {
            row["metric"]: baselines.Entered(row["value"], row.get("sample"))
            for row in given["figures"]
        }
        return baselines.freeze_entered(
            program=self.program, source=given["source"], figures=figures, by=self.person
        )


@extend_schema_view(get=extend_schema(summary="One baseline", operation_id="baselines_get"))
class BaselineView(DetailView):
    tag = "results"
    serializer_class = schemas.BaselineOut

    def rows(self) -> QuerySet[Any]:
        return Baseline.objects.in_program(self.program).prefetch_related("figures")


class _Costs(ProgramApiView):
    tag = "results"
    serializer_class = schemas.ResultCostOut
    write_scope = Scope.CALENDAR_WRITE
    write_permission = Permission.PLAN_TOUCHES

    def rows(self) -> QuerySet[Any]:
        return Cost.objects.in_program(self.program)


@extend_schema_view(
    get=extend_schema(summary="Costs beside campaigns", operation_id="costs_list"),
    post=extend_schema(
        summary="Add a cost",
        operation_id="costs_add",
        request=schemas.ResultCostIn,
        responses={201: schemas.ResultCostOut},
    ),
)
class CostsView(_Costs, ListView):
    keeps_replies = True

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(schemas.ResultCostIn(data=request.data))
        cost = done(lambda: costs.add_cost(program=self.program, by=self.person, **given))
        return Response(schemas.ResultCostOut(cost).data, status=201)


@extend_schema_view(
    get=extend_schema(summary="One cost", operation_id="costs_get"),
    delete=extend_schema(
        summary="Remove a cost",
        description="It was an error: a cost is not changed, but removed and added again. It stays,"
        " with who removed it, and counts no longer. For owners and managers.",
        operation_id="costs_remove",
        responses={204: None},
    ),
)
class CostView(_Costs, DetailView):
    write_permission = Permission.REMOVE_COSTS

    def delete(self, request: Request, pk: int) -> Response:
        costs.remove_cost(cost=self.get_object(), by=self.person)
        return Response(status=204)
