"""`/intent/surges/`: what accounts read, by topic and week."""

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

from ..actions.reports import SurgeIn, report_surges
from ..models import Surge
from .rows import CompanyIn, Report, company_of, taken


class SurgeOut(serializers.ModelSerializer[Surge]):
    account_id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]

    class Meta:
        model = Surge
        ref_name = "Surge"
        fields = ("id", "account_id", "source", "topic", "week", "strength", "updated_at")


class SurgeRow(CompanyIn):
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=60, help_text="Who reports it, such as `bombora`."
    )
    topic = serializers.CharField(max_length=120)
    strength = serializers.IntegerField(min_value=0, max_value=100)

    class Meta:
        ref_name = "SurgeRow"


class SurgeBatch(serializers.Serializer[Any]):
    items = SurgeRow(many=True)

    class Meta:
        ref_name = "SurgeBatch"


class SurgeFilter(filters.ChangeFilterSet):
    account_id = OfAccountFilter()
    source = filters.CharFilter(field_name="source", label="Who reported it")
    topic = filters.CharFilter(field_name="topic", label="Topic")

    class Meta:
        model = Surge
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List surges", operation_id="surges_list"),
    post=extend_schema(
        summary="Report surges of topics",
        description=(
            "Up to 1,000 rows. The same account, week, topic and source again replaces the"
            " strength, so a batch may be sent twice. A company that is no account of the program"
            " is rejected in its row and kept nowhere."
        ),
        operation_id="surges_report",
        request=SurgeBatch,
        responses={200: Report},
    ),
)
class SurgesView(ListView):
    tag = "intent"
    serializer_class = SurgeOut
    filterset_class = SurgeFilter
    orders = filters.BY_CHANGE
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Surge.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        def made(values: dict[str, Any]) -> SurgeIn:
            return SurgeIn(
                company=company_of(values),
                source=values["source"],
                topic=" ".join(values["topic"].split()),
                week=values["week"],
                strength=values["strength"],
            )

        return Response(
            taken(
                request.data,
                SurgeRow,
                made,
                lambda rows: report_surges(program=self.program, rows=rows, by=self.person),
            )
        )
