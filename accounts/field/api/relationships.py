"""`/relationships/`: which of our people know whom at an account."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.references import OfAccountFilter
from accounts.models import Stakeholder
from alignment.core.rest import filters
from alignment.core.rest.ids import IdField
from alignment.core.rest.refusals import done, refused
from alignment.core.rest.views import checked, upsert_status
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from alignment.people.models import Membership

from ..actions import people as actions
from ..models import Relationship


class RelationshipOut(serializers.ModelSerializer[Relationship]):
    user = serializers.EmailField(source="user.email")
    stakeholder_id = serializers.IntegerField()
    account_id = serializers.IntegerField(source="stakeholder.account_id", allow_null=True)
    strength = serializers.IntegerField(
        help_text="1 met once, 2 exchanged, 3 works with, 4 trusts."
    )

    class Meta:
        model = Relationship
        ref_name = "Relationship"
        fields = (
            "id",
            "user",
            "stakeholder_id",
            "account_id",
            "strength",
            "since",
            "note",
            "updated_at",
        )


class RelationshipIn(serializers.Serializer[Any]):
    user = serializers.EmailField(help_text="Of a member of the program.")
    stakeholder_id = IdField()
    strength = serializers.IntegerField(
        min_value=1, max_value=4, help_text="1 met once, 2 exchanged, 3 works with, 4 trusts."
    )
    since = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class RelationshipFilter(filters.ChangeFilterSet):
    account_id = OfAccountFilter("stakeholder__account_id")
    stakeholder_id = filters.IdFilter(field_name="stakeholder_id", label="Id of the stakeholder")

    class Meta:
        model = Relationship
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List who knows whom", operation_id="relationships_list"),
    post=extend_schema(
        summary="Say how well somebody knows a stakeholder",
        description=(
            "One row per pair: saying it again replaces what was said; what is not sent stays."
        ),
        operation_id="relationships_set",
        request=RelationshipIn,
        responses={200: RelationshipOut, 201: RelationshipOut},
    ),
)
class RelationshipsView(ListView):
    tag = "field"
    serializer_class = RelationshipOut
    filterset_class = RelationshipFilter
    orders = filters.BY_CHANGE
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Relationship.objects.in_program(self.program).select_related("user", "stakeholder")

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(RelationshipIn(data=request.data))
        members = Membership.objects.in_program(self.program).select_related("user")
        member = members.filter(user__email=given.pop("user").lower()).first()
        if member is None:
            raise refused("user", "There is no such person in the program.")
        people = Stakeholder.objects.in_program(self.program)
        person = people.filter(pk=given.pop("stakeholder_id")).first()
        if person is None:
            raise refused("stakeholder_id", "There is no such stakeholder.")
        status = upsert_status(self.rows(), user=member.user, stakeholder=person)
        row = done(
            lambda: actions.set_relationship(
                stakeholder=person, user=member.user, by=self.person, **given
            )
        )
        return Response(RelationshipOut(row).data, status=status)


@extend_schema_view(
    get=extend_schema(summary="One relationship", operation_id="relationships_get"),
    delete=extend_schema(
        summary="Take a relationship away",
        operation_id="relationships_delete",
        responses={204: None},
    ),
)
class RelationshipView(DetailView):
    tag = "field"
    serializer_class = RelationshipOut

    def rows(self) -> QuerySet[Any]:
        return Relationship.objects.in_program(self.program).select_related("user", "stakeholder")

    def delete(self, request: Request, pk: int) -> Response:
        actions.remove_relationship(relationship=self.get_object(), by=self.person)
        return Response(status=204)
