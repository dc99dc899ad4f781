"""`/support-requests/`: what sales asks of marketing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.references import OfAccount, OfAccountFilter
from accounts.models import Account
from alignment.core.rest import Problem, filters
from alignment.core.rest.ids import IdField
from alignment.core.rest.refusals import done, invalid
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from campaigns.library.models import Asset
from campaigns.opportunities.models import Opportunity

from ..actions.support import AlreadyClosed, TakenAlready, ask, decline, deliver, take
from ..models import SupportRequest
from .notes import NAMES, WorksInsights


class SupportOut(serializers.ModelSerializer[SupportRequest]):
    account_id = serializers.IntegerField()
    opportunity_id = serializers.IntegerField(allow_null=True)
    asked_by_id = serializers.IntegerField(allow_null=True)
    owner_id = serializers.IntegerField(allow_null=True)
    asset_id = serializers.IntegerField(allow_null=True)
    is_overdue = serializers.BooleanField()

    class Meta:
        model = SupportRequest
        ref_name = "SupportRequest"
        fields = (
            "id",
            "account_id",
            "opportunity_id",
            "what",
            "due_on",
            "due_at",
            "is_overdue",
            "asked_by_id",
            "asked_at",
            "owner_id",
            "state",
            "reason",
            "asset_id",
            "closed_at",
            "updated_at",
        )


class SupportIn(OfAccount):
    opportunity_id = IdField(allow_null=True, required=False)
    what = serializers.CharField(max_length=300)
    due_on = serializers.DateField(
        required=False, help_text="By the end of business of this day. Either this or `due_at`."
    )
    due_at = serializers.DateTimeField(
        required=False,
        help_text="To come, within a year. Outside of business hours it is due when business ended"
        " before, unless nobody works until then.",
    )


class DeliverIn(serializers.Serializer[Any]):
    asset_id = IdField(allow_null=True, required=False)


class DeclineSupport(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class SupportFilter(filters.ChangeFilterSet):
    state = filters.ChoiceFilter(choices=SupportRequest.State.choices, label="State")
    account_id = OfAccountFilter()
    opportunity_id = filters.IdFilter(field_name="opportunity", label="Opportunity")
    owner_id = filters.IdFilter(field_name="owner", label="Who works on it")

    class Meta:
        model = SupportRequest
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List requests for support", operation_id="support_list"),
    post=extend_schema(
        summary="Ask marketing for support",
        operation_id="support_ask",
        request=SupportIn,
        responses={201: SupportOut},
    ),
)
class RequestsView(WorksInsights, ListView):
    serializer_class = SupportOut
    filterset_class = SupportFilter
    orders = filters.BY_CHANGE
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return SupportRequest.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(SupportIn(data=request.data, context={"program": self.program}))
        rows: dict[str, Any] = {
            "account": (Account, given.pop("account_id"), "There is no such account."),
            "opportunity": (
                Opportunity,
                given.pop("opportunity_id", None),
                "There is no such opportunity.",
            ),
        }
        for name, (model, pk, text) in rows.items():
            given[name] = self.named(model, f"{name}_id", pk, text)
        row = done(lambda: ask(by=self.person, **given), **NAMES)
        return Response(SupportOut(row).data, status=201)


@extend_schema_view(get=extend_schema(summary="One request", operation_id="support_get"))
class RequestView(WorksInsights, DetailView):
    serializer_class = SupportOut
    http_method_names = ("get", "head", "options")

    def rows(self) -> QuerySet[Any]:
        return SupportRequest.objects.in_program(self.program)


class PendingView(WorksInsights):
    """409 where the request is closed, or somebody else's by now."""

    serializer_class = SupportOut
    http_method_names = ("post", "options")

    def found(self) -> SupportRequest:
        rows = SupportRequest.objects.in_program(self.program)
        row = rows.filter(pk=self.kwargs["pk"]).first()
        if row is None:
            raise Http404
        return row

    def settled(self, change: Callable[[], SupportRequest]) -> Response:
        try:
            row = change()
        except AlreadyClosed as closed:
            raise Problem(409, closed.messages[0]) from closed
        except TakenAlready as other:
            raise Problem(409, str(other)) from other
        except Refused as wrong:
            raise invalid(wrong) from wrong
        return Response(SupportOut(row).data)


@extend_schema_view(
    post=extend_schema(
        summary="Take a request on, or over",
        description="409 while somebody else works on it, unless you say `over`; 403 for sales.",
        operation_id="support_take",
        request=None,
        parameters=[
            OpenApiParameter("over", OpenApiTypes.BOOL, description="From whoever works on it now.")
        ],
        responses=SupportOut,
    )
)
class TakeView(PendingView):
    asks = ("over",)

    def post(self, request: Request, pk: int) -> Response:
        over, row = self._is_over(request), self.found()
        return self.settled(lambda: take(support=row, by=self.person, over=over))

    def _is_over(self, request: Request) -> bool:
        text = request.query_params.get("over", "false")
        if text not in ("true", "false"):
            raise ValidationError({"over": "true or false."})
        return text == "true"


@extend_schema_view(
    post=extend_schema(
        summary="Say that it is there",
        description="By marketing or an owner: it stops marketing's clock.",
        operation_id="support_done",
        request=DeliverIn,
        responses=SupportOut,
    )
)
class DoneView(PendingView):
    needs_body = False

    def post(self, request: Request, pk: int) -> Response:
        given, row = checked(DeliverIn(data=request.data)), self.found()
        pk_of = given.get("asset_id")
        asset = self.named(Asset, "asset_id", pk_of, "There is no such content.")
        return self.settled(lambda: deliver(support=row, by=self.person, asset=asset))


@extend_schema_view(
    post=extend_schema(
        summary="Decline a request",
        description="By marketing or an owner; whoever asked withdraws it.",
        operation_id="support_decline",
        request=DeclineSupport,
        responses=SupportOut,
    )
)
class DeclineView(PendingView):
    def post(self, request: Request, pk: int) -> Response:
        given, row = checked(DeclineSupport(data=request.data)), self.found()
        return self.settled(lambda: decline(support=row, by=self.person, **given))
