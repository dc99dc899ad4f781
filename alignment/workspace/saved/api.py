"""`/saved-views/`: named filters of lists, one's own and those of one's team."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import filters
from alignment.core.rest.ids import IdField
from alignment.core.rest.names import NameField
from alignment.core.rest.refusals import done, refused
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.idempotency import idempotent
from alignment.people.models import Membership, Team
from alignment.workspace.models import LONGEST_NAME, LONGEST_QUERY, SavedView

from .actions import change_view, remove_view, save_view
from .queries import visible_views


class SavedViewOut(serializers.ModelSerializer[SavedView]):
    owner_id = serializers.IntegerField(allow_null=True, help_text="Null: a team's.")
    team_id = serializers.IntegerField(allow_null=True, help_text="Null: one person's.")

    class Meta:
        model = SavedView
        ref_name = "SavedView"
        fields = ("id", "page", "name", "query", "owner_id", "team_id", "is_default", "updated_at")


class SavedViewIn(serializers.Serializer[Any]):
    name = NameField(max_length=LONGEST_NAME)
    query = serializers.CharField(
        max_length=LONGEST_QUERY,
        allow_blank=True,
        help_text="As in the address of the page: `state=TX&verdict=yes&sort=grade`.",
    )
    team_id = IdField(
        allow_null=True,
        required=False,
        default=None,
        help_text="Share with this team; null: one's own.",
    )
    is_default = serializers.BooleanField(required=False, default=False)
    page = serializers.ChoiceField(
        choices=SavedView.Page.choices, required=False, default=SavedView.Page.ACCOUNTS
    )


class SavedViewChange(serializers.Serializer[Any]):
    name = NameField(max_length=LONGEST_NAME, required=False)
    query = serializers.CharField(max_length=LONGEST_QUERY, allow_blank=True, required=False)
    team_id = IdField(allow_null=True, required=False)
    is_default = serializers.BooleanField(required=False)


class SavedViewFilter(filters.FilterSet):
    page = filters.ChoiceFilter(choices=SavedView.Page.choices, label="Page")

    class Meta:
        model = SavedView
        fields: tuple[str, ...] = ()


class _Visible(ProgramApiView):
    """The permission to read suffices, since observers may also manage their own views."""

    keeps_ones_own = True

    def rows(self) -> QuerySet[Any]:
        seats = Membership.objects.in_program(self.program)
        return visible_views(seats.get(user=self.person))

    def with_team(self, given: dict[str, Any]) -> dict[str, Any]:
        """Replace `team_id` by the team."""
        if "team_id" not in given:
            return given
        wanted = given.pop("team_id")
        team = Team.objects.in_program(self.program).filter(pk=wanted).first() if wanted else None
        if wanted and team is None:
            raise refused("team_id", "There is no such team.")
        return {**given, "team": team}


@extend_schema_view(
    get=extend_schema(summary="List saved views", operation_id="saved_views_list"),
    post=extend_schema(
        summary="Save a view",
        operation_id="saved_views_create",
        request=SavedViewIn,
        responses={201: SavedViewOut},
    ),
)
class SavedViewsView(_Visible, ListView):
    tag = "saved-views"
    serializer_class = SavedViewOut
    filterset_class = SavedViewFilter
    keeps_replies = True

    @idempotent
    def post(self, request: Request) -> Response:
        given = self.with_team(checked(SavedViewIn(data=request.data)))
        view = done(lambda: save_view(program=self.program, by=self.person, **given))
        return Response(SavedViewOut(view).data, status=201)


@extend_schema_view(
    get=extend_schema(summary="One saved view", operation_id="saved_views_get"),
    patch=extend_schema(
        summary="Change a saved view",
        operation_id="saved_views_change",
        request=SavedViewChange,
        responses=SavedViewOut,
    ),
    delete=extend_schema(
        summary="Remove a saved view", operation_id="saved_views_delete", responses={204: None}
    ),
)
class SavedViewView(_Visible, DetailView):
    tag = "saved-views"
    serializer_class = SavedViewOut

    def patch(self, request: Request, pk: int) -> Response:
        given = self.with_team(checked(SavedViewChange(data=request.data)))
        view = self.get_object()
        changed = done(lambda: change_view(view=view, by=self.person, **given))
        return Response(SavedViewOut(changed).data)

    def delete(self, request: Request, pk: int) -> Response:
        remove_view(view=self.get_object(), by=self.person)
        return Response(status=204)
