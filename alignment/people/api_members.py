"""`/members/` and `/teams/`: whose ids and addresses the other resources name."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from alignment.core.rest import filters

from .api_views import DetailView, ListView
from .models import Membership, Role, Side, Team


class MemberOut(serializers.ModelSerializer[Membership]):
    id = serializers.IntegerField(
        source="user_id", help_text="What `owner_id`, `who_id`, `by_id` and `actor_id` hold."
    )
    name = serializers.CharField(source="user.name")
    email = serializers.EmailField(
        source="user.email", help_text="What `owner_email`, `who` and `user` hold."
    )
    side = serializers.ChoiceField(
        choices=Side.choices, allow_null=True, help_text="Null for owners and observers."
    )
    team_id = serializers.IntegerField(allow_null=True)
    time_zone = serializers.CharField(source="user.time_zone")
    is_active = serializers.BooleanField(
        source="user.is_active", help_text="False once the account is closed."
    )

    class Meta:
        model = Membership
        ref_name = "Member"
        fields = ("id", "name", "email", "role", "side", "team_id", "time_zone", "is_active")


class TeamOut(serializers.ModelSerializer[Team]):
    class Meta:
        model = Team
        ref_name = "Team"
        fields = ("id", "name", "side")


class MemberFilter(filters.FilterSet):
    email = filters.AddressFilter(field_name="user__email", label="E-mail address")
    role = filters.ChoiceFilter(choices=Role.choices, label="Role")
    side = filters.ChoiceFilter(field_name="team__side", choices=Side.choices, label="Side")
    team_id = filters.IdFilter(field_name="team", label="Team")

    class Meta:
        model = Membership
        fields: tuple[str, ...] = ()


class TeamFilter(filters.FilterSet):
    side = filters.ChoiceFilter(choices=Side.choices, label="Side")

    class Meta:
        model = Team
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(
        summary="List the people of the program",
        description="Who has left is not among them; rows that name them keep doing so.",
        operation_id="members_list",
    )
)
class MembersView(ListView):
    tag = "members"
    serializer_class = MemberOut
    filterset_class = MemberFilter

    def rows(self) -> QuerySet[Any]:
        return Membership.objects.in_program(self.program).select_related("user", "team")


@extend_schema_view(get=extend_schema(summary="One person", operation_id="members_get"))
class MemberView(DetailView):
    tag = "members"
    serializer_class = MemberOut
    lookup_field = "user_id"
    lookup_url_kwarg = "pk"

    def rows(self) -> QuerySet[Any]:
        return Membership.objects.in_program(self.program).select_related("user", "team")


@extend_schema_view(get=extend_schema(summary="List teams", operation_id="teams_list"))
class TeamsView(ListView):
    tag = "members"
    serializer_class = TeamOut
    filterset_class = TeamFilter

    def rows(self) -> QuerySet[Any]:
        return Team.objects.in_program(self.program)


@extend_schema_view(get=extend_schema(summary="One team", operation_id="teams_get"))
class TeamView(DetailView):
    tag = "members"
    serializer_class = TeamOut

    def rows(self) -> QuerySet[Any]:
        return Team.objects.in_program(self.program)
