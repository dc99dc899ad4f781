"""`/handoffs/`: each MQL handed to sales, with brief, next best action and why it has this
owner."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest import Problem, filters
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from alignment.people.models import Membership, User
from alignment.people.permissions import Scope

from ..access import may_decide
from ..actions.handoffs import HandOffMoved, decide_owner
from ..handoff_words import reason_words
from ..models import HandOff
from ..queries.handoff_config import sales_members


class HandOffOut(serializers.ModelSerializer[HandOff]):
    owner_email = serializers.EmailField(source="owner.email", default=None, allow_null=True)
    reason = serializers.SerializerMethodField(help_text="Why this owner, in a sentence.")
    brief = serializers.JSONField(help_text="As it stood at the hand-off.")
    next_action = serializers.JSONField(help_text="As it was suggested; empty if none was.")

    class Meta:
        model = HandOff
        ref_name = "HandOff"
        fields = (
            "id",
            "lead_id",
            "owner_email",
            "route",
            "reason",
            "brief",
            "next_action",
            "is_complete",
            "missing",
            "became_mql_at",
            "handed_at",
            "seen_at",
            "updated_at",
        )

    @extend_schema_field(serializers.CharField())
    def get_reason(self, row: HandOff) -> str:
        return reason_words(row.route, row.why)


class HandOffFilter(filters.ChangeFilterSet):
    lead_id = filters.IdFilter(field_name="lead_id", label="Id of the lead")
    owner_email = filters.AddressFilter(
        field_name="owner__email", label="E-mail address of the owner"
    )
    route = filters.ChoiceFilter(choices=HandOff.Route.choices, label="How the owner was found")
    waiting = filters.BooleanFilter(
        field_name="handed_at", lookup_expr="isnull", label="Without an owner yet"
    )

    class Meta:
        model = HandOff
        fields: tuple[str, ...] = ()


class OwnerIn(serializers.Serializer[Any]):
    owner_email = serializers.EmailField(max_length=254, help_text="A member of sales.")

    class Meta:
        ref_name = "HandOffOwner"


@extend_schema_view(get=extend_schema(summary="List hand-offs", operation_id="handoffs_list"))
class HandOffsView(ListView):
    tag = "handoffs"
    serializer_class = HandOffOut
    filterset_class = HandOffFilter
    orders = filters.BY_CHANGE

    def rows(self) -> QuerySet[Any]:
        return HandOff.objects.in_program(self.program).select_related("owner")


@extend_schema_view(get=extend_schema(summary="One hand-off", operation_id="handoffs_get"))
class HandOffView(DetailView):
    tag = "handoffs"
    serializer_class = HandOffOut

    def rows(self) -> QuerySet[Any]:
        return HandOff.objects.in_program(self.program).select_related("owner", "lead")


@extend_schema_view(
    post=extend_schema(
        summary="Give a lead without owner to somebody of sales",
        description=(
            "For marketing's managers and owners. 409 with who it is if somebody was faster, and if"
            " the lead was closed or sent back."
        ),
        operation_id="handoffs_decide_owner",
        request=OwnerIn,
        responses=HandOffOut,
    )
)
class HandOffOwnerView(DetailView):
    tag = "handoffs"
    http_method_names = ("post", "head", "options")
    write_scope = Scope.LEADS_WRITE
    serializer_class = HandOffOut
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return HandOff.objects.in_program(self.program).select_related("owner", "lead")

    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        seat = Membership.objects.in_program(self.program).select_related("team")
        member = seat.filter(user=self.person).first()
        if member is None or not may_decide(member):
            raise Problem(403, "Marketing's managers and owners decide.")
        row = self.get_object()
        owner = self._owner(checked(OwnerIn(data=request.data))["owner_email"])
        try:
            decide_owner(handoff=row, owner=owner, by=self.person)
        except HandOffMoved as moved:
            raise Problem(409, str(moved)) from moved
        return Response(self.get_serializer(self.get_object()).data)

    def _owner(self, address: str) -> User:
        for member in sales_members(self.program):
            if member.user.email == address.lower():
                return member.user
        detail = "Not a member of sales in this program."
        raise Problem(
            422,
            "Some values were not accepted.",
            errors=[{"pointer": "/owner_email", "detail": detail}],
        )
