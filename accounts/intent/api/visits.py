"""`/intent/visits/`: what companies viewed on our own site, by week."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.references import OfAccountFilter
from alignment.core.rest import filters
from alignment.people.api_views import ListView
from alignment.people.idempotency import idempotent

from ..actions.reports import VisitsIn, report_visits
from ..models import SiteVisits
from .rows import CompanyIn, Report, company_of, taken


class VisitsOut(serializers.ModelSerializer[SiteVisits]):
    account_id = serializers.IntegerField()

    class Meta:
        model = SiteVisits
        ref_name = "SiteVisits"
        fields = ("id", "account_id", "week", "visits", "pages", "updated_at")


class VisitsRow(CompanyIn):
    visits = serializers.IntegerField(min_value=0, max_value=1_000_000)
    pages = serializers.IntegerField(
        min_value=0,
        max_value=10_000_000,
        help_text="Pages seen in these visits: one each at least.",
    )

    class Meta:
        ref_name = "SiteVisitsRow"


class VisitsBatch(serializers.Serializer[Any]):
    items = VisitsRow(many=True)

    class Meta:
        ref_name = "SiteVisitsBatch"


class VisitsFilter(filters.ChangeFilterSet):
    account_id = OfAccountFilter()

    class Meta:
        model = SiteVisits
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List visits of our own site", operation_id="visits_list"),
    post=extend_schema(
        summary="Report visits of our own site",
        description=(
            "Up to 1,000 rows, by the domain of the company as your analytics resolve it. The same"
            " account and week again replaces the numbers. A company that is no account of the"
            " program is rejected in its row and kept nowhere."
        ),
        operation_id="visits_report",
        request=VisitsBatch,
        responses={200: Report},
    ),
)
class VisitsView(ListView):
    tag = "intent"
    serializer_class = VisitsOut
    filterset_class = VisitsFilter
    orders = filters.BY_CHANGE
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return SiteVisits.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        def made(values: dict[str, Any]) -> VisitsIn:
            return VisitsIn(
                company=company_of(values),
                week=values["week"],
                visits=values["visits"],
                pages=values["pages"],
            )

        return Response(
            taken(
                request.data,
                VisitsRow,
                made,
                lambda rows: report_visits(program=self.program, rows=rows, by=self.person),
            )
        )
