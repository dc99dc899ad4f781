"""`/opportunities/{id}/committee/`: the members, their stance, and what is missing."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Stakeholder
from alignment.core.rest.ids import IdField
from alignment.core.rest.refusals import done, refused
from alignment.core.rest.views import checked
from alignment.people.api_views import ListView
from campaigns.opportunities.api.deals import NAMES as DEAL_NAMES
from campaigns.opportunities.api.deals import WorksDeals

from ..actions.members import put_member, remove_member
from ..models import CommitteeMember, Influence, Stance
from ..queries import committee_of
from ..rules import Gap

NAMES = DEAL_NAMES | {"stakeholder": "stakeholder_id", "reports_to": "reports_to_stakeholder_id"}


class MemberOut(serializers.ModelSerializer[CommitteeMember]):
    stakeholder_id = serializers.IntegerField()
    owner_id = serializers.IntegerField(allow_null=True)
    reports_to_stakeholder_id = serializers.IntegerField(
        source="reports_to.stakeholder_id", allow_null=True, default=None
    )

    class Meta:
        model = CommitteeMember
        ref_name = "CommitteeMember"
        fields = (
            "id",
            "stakeholder_id",
            "role",
            "stance",
            "influence",
            "reports_to_stakeholder_id",
            "owner_id",
            "note",
            "updated_at",
        )


class MemberIn(serializers.Serializer[Any]):
    """Fields left out stay unchanged; a new member needs a role."""

    stakeholder_id = IdField()
    role = serializers.ChoiceField(choices=Stakeholder.CommitteeRole.choices, required=False)
    stance = serializers.ChoiceField(choices=Stance.choices, allow_blank=True, required=False)
    influence = serializers.ChoiceField(
        choices=Influence.choices, required=False, help_text="1 low, 2 medium, 3 high."
    )
    reports_to_stakeholder_id = IdField(allow_null=True, required=False)
    owner_id = IdField(allow_null=True, required=False)
    note = serializers.CharField(max_length=300, allow_blank=True, required=False)


class LackOut(serializers.Serializer[Any]):
    gap = serializers.ChoiceField(choices=[(gap.value, gap.value) for gap in Gap])
    stakeholder_ids = serializers.ListField(
        child=serializers.IntegerField(), help_text="Whom it concerns; none if somebody is missing."
    )


class LacksOut(serializers.Serializer[Any]):
    items = LackOut(many=True)


@extend_schema_view(
    get=extend_schema(summary="Buying committee of a deal", operation_id="committee_list"),
    put=extend_schema(
        summary="Take a person into the committee, or change their part",
        operation_id="committee_put",
        request=MemberIn,
        responses=MemberOut,
    ),
)
class CommitteeView(WorksDeals, ListView):
    serializer_class = MemberOut

    def rows(self) -> QuerySet[Any]:
        rows = CommitteeMember.objects.in_program(self.program)
        return rows.filter(opportunity=self.deal()).select_related("reports_to")

    def put(self, request: Request, pk: int) -> Response:
        given, deal = self.with_rows(checked(MemberIn(data=request.data))), self.deal()
        people = Stakeholder.objects.in_program(self.program)
        person = people.filter(pk=given.pop("stakeholder_id")).first()
        if person is None:
            raise refused("stakeholder_id", "There is no such person.")
        if "reports_to_stakeholder_id" in given:
            given["reports_to"] = self._manager(given.pop("reports_to_stakeholder_id"))
        member = done(
            lambda: put_member(opportunity=deal, stakeholder=person, by=self.person, **given),
            **NAMES,
        )
        return Response(MemberOut(self.rows().get(pk=member.pk)).data)

    def _manager(self, stakeholder_id: int | None) -> CommitteeMember | None:
        if stakeholder_id is None:
            return None
        boss: CommitteeMember | None = self.rows().filter(stakeholder=stakeholder_id).first()
        if boss is None:
            raise refused("reports_to_stakeholder_id", "There is no such person in the committee.")
        return boss


@extend_schema_view(
    delete=extend_schema(
        summary="Take a person out of the committee",
        operation_id="committee_remove",
        responses={204: None},
    )
)
class CommitteeMemberView(WorksDeals):
    http_method_names = ("delete", "options")
    serializer_class = MemberOut

    def delete(self, request: Request, pk: int, stakeholder_id: int) -> Response:
        rows = CommitteeMember.objects.in_program(self.program).select_related("opportunity")
        member = rows.filter(opportunity=self.deal(), stakeholder=stakeholder_id).first()
        if member is None:
            raise Http404
        remove_member(member=member, by=self.person)
        return Response(status=204)


@extend_schema_view(
    get=extend_schema(
        summary="What the committee of a deal lacks",
        operation_id="committee_gaps",
        responses=LacksOut,
    )
)
class CommitteeGapsView(WorksDeals):
    http_method_names = ("get", "head", "options")
    serializer_class = LacksOut
    pagination_class = None
    filter_backends = ()

    def get(self, request: Request, pk: int) -> Response:
        found = committee_of(self.deal())
        lines = [
            {
                "gap": lack.gap,
                "stakeholder_ids": [found.members[k].member.stakeholder_id for k in lack.keys],
            }
            for lack in found.lacks
        ]
        return Response(LacksOut({"items": lines}).data)
