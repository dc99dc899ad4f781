"""`/assets/`: the content library."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.edits import Overwritten
from alignment.core.rest import filters
from alignment.core.rest.edits import OvertakenProblem, overtaken
from alignment.core.rest.refusals import done
from alignment.core.rest.schema import PROBLEM_TYPE
from alignment.core.rest.views import checked, upsert_status
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from alignment.people.permissions import Permission, Scope

from .actions import assets as actions
from .models import Asset
from .rules import LANGUAGES

COLUMNS = ("title", "kind", "sector", "persona", "stage", "language", "message", "url")


class AssetOut(serializers.ModelSerializer[Asset]):
    class Meta:
        model = Asset
        ref_name = "Asset"
        fields = ("id", "external_id", *COLUMNS, "retired_at", "created_at", "updated_at")


class AssetChange(serializers.Serializer[Any]):
    """Fields left out stay unchanged."""

    title = serializers.CharField(max_length=160, required=False)
    kind = serializers.ChoiceField(choices=Asset.Kind.choices, required=False)
    sector = serializers.CharField(
        max_length=6,
        allow_blank=True,
        required=False,
        help_text="NAICS sector: 52, 31-33; or none.",
    )
    persona = serializers.CharField(max_length=120, allow_blank=True, required=False)
    stage = serializers.ChoiceField(
        choices=Asset.BuyingStage.choices, allow_blank=True, required=False
    )
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    message = serializers.CharField(max_length=200, allow_blank=True, required=False)
    url = serializers.URLField(max_length=500, allow_blank=True, required=False)
    external_id = serializers.CharField(
        max_length=120,
        allow_null=True,
        required=False,
        help_text="Your own id: sent again with POST, it changes that one.",
    )
    is_retired = serializers.BooleanField(
        required=False, help_text="No longer offered for new touches."
    )


class AssetSeen(AssetChange):
    """The values you read, for the fields that you change."""

    is_retired = None  # type: ignore[assignment]


class AssetPatch(AssetChange):
    seen = AssetSeen(
        required=False,
        help_text="What you read of the fields that you change. Where somebody else wrote another"
        " value since, nothing is changed (409).",
    )


class AssetIn(AssetChange):
    title = serializers.CharField(max_length=160)
    kind = serializers.ChoiceField(choices=Asset.Kind.choices)
    is_retired = None  # type: ignore[assignment]


class AssetFilter(filters.ChangeFilterSet):
    kind = filters.ChoiceFilter(choices=Asset.Kind.choices, label="Kind")
    sector = filters.CharFilter(label="NAICS sector", max_length=6)
    language = filters.ChoiceFilter(choices=LANGUAGES, label="Language")
    stage = filters.ChoiceFilter(choices=Asset.BuyingStage.choices, label="Buying stage")
    external_id = filters.CharFilter(label="Your own id", max_length=120)
    is_retired = filters.BooleanFilter(
        field_name="retired_at", lookup_expr="isnull", exclude=True, label="No longer offered"
    )

    class Meta:
        model = Asset
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List content", operation_id="assets_list"),
    post=extend_schema(
        summary="Add content, or change what has the same external id",
        operation_id="assets_add",
        request=AssetIn,
        responses={200: AssetOut, 201: AssetOut},
    ),
)
class AssetsView(ListView):
    tag = "library"
    write_scope = Scope.CALENDAR_WRITE
    write_permission = Permission.PLAN_TOUCHES
    serializer_class = AssetOut
    filterset_class = AssetFilter
    orders = filters.BY_CHANGE
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Asset.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(AssetIn(data=request.data))
        status = upsert_status(self.rows(), external_id=given.get("external_id"))
        made = done(lambda: actions.add_asset(program=self.program, by=self.person, **given))
        return Response(AssetOut(made).data, status=status)


@extend_schema_view(
    get=extend_schema(summary="One piece of content", operation_id="assets_get"),
    patch=extend_schema(
        summary="Change content, or offer it no longer",
        operation_id="assets_change",
        request=AssetPatch,
        responses={200: AssetOut, (409, PROBLEM_TYPE): OvertakenProblem},
    ),
)
class AssetView(DetailView):
    tag = "library"
    write_scope = Scope.CALENDAR_WRITE
    write_permission = Permission.PLAN_TOUCHES
    serializer_class = AssetOut

    def rows(self) -> QuerySet[Any]:
        return Asset.objects.in_program(self.program)

    def patch(self, request: Request, pk: int) -> Response:
        given = checked(AssetPatch(data=request.data))
        asset, is_retired = self.get_object(), given.pop("is_retired", None)
        seen = given.pop("seen", None)
        if given:
            asset = self._changed(asset, seen, given)
        if is_retired is not None:
            asset = actions.retire_asset(asset=asset, is_retired=is_retired, by=self.person)
        return Response(AssetOut(asset).data)

    def _changed(self, asset: Asset, seen: dict[str, Any] | None, given: dict[str, Any]) -> Asset:
        try:
            return done(
                lambda: actions.change_asset(asset=asset, by=self.person, seen=seen, **given)
            )
        except Overwritten as late:
            raise overtaken(late.fields, AssetOut(self.get_object()).data, given) from late
