"""`/competitors/`: whose product accounts use today."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.references import OfAccount, OfAccountFilter
from accounts.models import Account
from alignment.core.rest import filters
from alignment.core.rest.refusals import done, refused
from alignment.core.rest.views import checked, upsert_status
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent

from ..actions import people as actions
from ..models import Competitor

COLUMNS = ("name", "contract_ends", "strength", "source", "note")


class CompetitorOut(serializers.ModelSerializer[Competitor]):
    account_id = serializers.IntegerField()

    class Meta:
        model = Competitor
        ref_name = "Competitor"
        fields = ("id", "account_id", *COLUMNS, "updated_at")


class CompetitorIn(OfAccount):
    name = serializers.CharField(max_length=120)
    contract_ends = serializers.DateField(required=False, allow_null=True)
    strength = serializers.IntegerField(
        min_value=1, max_value=5, help_text="1 (weak) to 5 (strong)."
    )
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=120, required=False, allow_blank=True
    )
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class CompetitorFilter(filters.ChangeFilterSet):
    account_id = OfAccountFilter()

    class Meta:
        model = Competitor
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List incumbents", operation_id="competitors_list"),
    post=extend_schema(
        summary="Say whose product an account uses",
        description=(
            "The same name again, however capitalised, replaces what was said; what is not sent"
            " stays."
        ),
        operation_id="competitors_set",
        request=CompetitorIn,
        responses={200: CompetitorOut, 201: CompetitorOut},
    ),
)
class CompetitorsView(ListView):
    tag = "field"
    serializer_class = CompetitorOut
    filterset_class = CompetitorFilter
    orders = filters.BY_CHANGE
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Competitor.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(CompetitorIn(data=request.data, context={"program": self.program}))
        accounts = Account.objects.in_program(self.program)
        account = accounts.filter(pk=given.pop("account_id")).first()
        if account is None:
            raise refused("account_id", "There is no such account.")
        key = {"account": account, "name__iexact": given["name"]}
        status = upsert_status(self.rows(), **key)
        row = done(lambda: actions.set_competitor(account=account, by=self.person, **given))
        return Response(CompetitorOut(row).data, status=status)


@extend_schema_view(
    get=extend_schema(summary="One incumbent", operation_id="competitors_get"),
    delete=extend_schema(
        summary="Take an incumbent away", operation_id="competitors_delete", responses={204: None}
    ),
)
class CompetitorView(DetailView):
    tag = "field"
    serializer_class = CompetitorOut

    def rows(self) -> QuerySet[Any]:
        return Competitor.objects.in_program(self.program)

    def delete(self, request: Request, pk: int) -> Response:
        actions.remove_competitor(competitor=self.get_object(), by=self.person)
        return Response(status=204)
