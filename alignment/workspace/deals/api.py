"""`/opportunities/` with data from other rooms: risks, the forecast, changes of the pipeline, and
the owners on both sides.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import filters
from alignment.people.models import Program
from campaigns.committee.queries import committee_of
from campaigns.opportunities.api import deals
from campaigns.opportunities.api.schemas import (
    LOST,
    OPENED,
    MoveIn,
    OpportunityChange,
    OpportunityIn,
)
from campaigns.opportunities.models import Opportunity, Outcome

from .api_schemas import ChangesOut, CoverageOut, DealOut, ForecastOut
from .causes import LastHeard
from .changes import changes
from .days import midnight, today_in
from .forecast import forecast
from .standing import at_risk, flags_of, last_heard_of

LONGEST_AGO = timedelta(days=366)
MOST_STEPS = 200


class WithRisks(deals.WorksDeals):
    """Deals with the name of their account and their risks."""

    def deals(self) -> QuerySet[Opportunity]:
        rows = super().deals().select_related("account", "stage")
        return rows.annotate(expected=Coalesce("close_on", Value(date.max)))

    def shown(self, deal: Opportunity) -> dict[str, Any]:
        row = self.deals().get(pk=deal.pk)
        return dict(DealOut(row, context=self.with_risks([row])).data)

    def with_risks(self, rows: list[Opportunity]) -> dict[str, Any]:
        """Context for the serializer: the risks of these rows, by id."""
        return {**self.get_serializer_context(), "flags": flags_of(self.program, rows)}


class DealFilter(deals.OpportunityFilter):
    at_risk = filters.BooleanFilter(
        method="by_risk", label="Open ones with a risk, or open ones without"
    )

    def by_risk(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        found = at_risk(self.request.program)
        is_open = rows.filter(outcome=Outcome.OPEN)
        return is_open.filter(pk__in=found) if value else is_open.exclude(pk__in=found)


@extend_schema_view(
    get=extend_schema(summary="List opportunities", operation_id="opportunities_list"),
    post=extend_schema(
        summary="Open an opportunity, or change what has the same external id",
        operation_id="opportunities_open",
        request=OpportunityIn,
        responses={200: DealOut, 201: DealOut},
        examples=[OPENED],
    ),
)
class OpportunitiesView(WithRisks, deals.OpportunitiesView):
    serializer_class = DealOut
    filterset_class = DealFilter
    orders: ClassVar = {
        **filters.BY_CHANGE,
        "-amount_usd": ("-amount_usd", "-id"),
        "amount_usd": ("amount_usd", "id"),
        "close_on": ("expected", "id"),
    }
    order_kinds: ClassVar = {"amount_usd": Decimal, "expected": date}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        found = list(rows or [])
        shown = DealOut(found, many=True, context=self.with_risks(found))
        return self.get_paginated_response(shown.data)


@extend_schema_view(
    get=extend_schema(summary="One opportunity", operation_id="opportunities_get"),
    patch=extend_schema(
        summary="Change an opportunity",
        operation_id="opportunities_change",
        request=OpportunityChange,
        responses=DealOut,
    ),
)
class OpportunityView(WithRisks, deals.OpportunityView):
    serializer_class = DealOut

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(self.shown(self.deal()))


@extend_schema_view(
    post=extend_schema(
        summary="Move an opportunity to a stage",
        operation_id="opportunities_move",
        request=MoveIn,
        responses=DealOut,
        examples=[LOST],
    )
)
class OpportunityMoveView(WithRisks, deals.OpportunityMoveView):
    serializer_class = DealOut


NARROWING = ("account_id", "owner_id")
PARAMETERS = [OpenApiParameter(name, OpenApiTypes.INT) for name in NARROWING]


class OfDeals(deals.WorksDeals):
    """Numbers over the deals that match the usual filters."""

    asks: tuple[str, ...] = NARROWING
    filter_backends = ()
    http_method_names = ("get", "head", "options")

    def narrowed(self, request: Request) -> QuerySet[Any]:
        given = {k: v for k, v in request.query_params.items() if k in NARROWING}
        deals_here = Opportunity.objects.in_program(self.program)
        asked = deals.OpportunityFilter(given, deals_here, request=request)
        if not asked.is_valid():
            raise ValidationError(asked.errors)
        rows: QuerySet[Any] = asked.qs
        return rows


@extend_schema_view(
    get=extend_schema(
        summary="What open opportunities are expected to bring, by month",
        description="Overdue ones are a line of their own from the day after their date on.",
        operation_id="opportunities_forecast",
        parameters=PARAMETERS,
        responses=ForecastOut,
    )
)
class ForecastView(OfDeals):
    def get(self, request: Request) -> Response:
        return Response(ForecastOut(forecast(self.program, self.narrowed(request))).data)


@extend_schema_view(
    get=extend_schema(
        summary="What changed since a day",
        description="From the pipeline of then to the one of now, and the newest steps between.",
        operation_id="opportunities_changes",
        parameters=[
            *PARAMETERS,
            OpenApiParameter(
                "since",
                OpenApiTypes.DATE,
                description="Its beginning in the program's time zone; seven days ago if left out.",
            ),
        ],
        responses=ChangesOut,
    )
)
class ChangesView(OfDeals):
    asks = (*NARROWING, "since")

    def get(self, request: Request) -> Response:
        rows = self.narrowed(request)
        since = _since(self.program, request.query_params.get("since", ""))
        found = changes(self.program, rows, since=since, most=MOST_STEPS)
        return Response(ChangesOut(found).data)


def _since(program: Program, text: str) -> datetime | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError({"since": "A day, such as 2026-11-21."}) from error
    today = today_in(program)
    if not today - LONGEST_AGO <= day <= today:
        raise ValidationError({"since": "A day of the last 366."})
    return midnight(program, day)


@extend_schema_view(
    get=extend_schema(
        summary="Who of both sides looks after whom in a deal",
        operation_id="opportunities_coverage",
        responses=CoverageOut,
    )
)
class CoverageView(deals.WorksDeals):
    serializer_class = CoverageOut
    http_method_names = ("get", "head", "options")

    def get(self, request: Request, pk: int) -> Response:
        deal = self.deal()
        heard = last_heard_of(self.program, [deal.account_id]).get(deal.account_id, LastHeard())
        committee = committee_of(deal)
        members = [*committee.members.values()]
        shown = {"heard": heard, "committee": committee, "members": members}
        return Response(CoverageOut(shown).data)
