"""`/campaigns/`: campaigns, their audience and their costs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.duplicates.queries import of_today
from accounts.models import Account
from alignment.core.rest import filters
from alignment.core.rest.problems import refuse_missing
from alignment.core.rest.refusals import done, refused
from alignment.core.rest.schema import example
from alignment.core.rest.views import checked, upsert_status
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.idempotency import idempotent
from alignment.people.models import Membership, Program, User
from alignment.people.permissions import Permission, Scope

from ..actions import audience
from ..actions import campaigns as actions
from ..models import Campaign, CampaignAccount, CampaignCost
from .schemas import (
    AddedOut,
    AudienceIn,
    AudienceOut,
    CampaignChange,
    CampaignIn,
    CampaignOut,
    CostIn,
    CostOut,
)


class PlansCampaigns(ProgramApiView):
    """Planning campaigns takes the same permission as planning touches."""

    tag = "campaigns"
    write_scope = Scope.CALENDAR_WRITE
    write_permission = Permission.PLAN_TOUCHES

    def campaign(self) -> Campaign:
        """The campaign in the URL; 404 for one of another program."""
        found = Campaign.objects.in_program(self.program).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found


class CampaignFilter(filters.ChangeFilterSet):
    external_id = filters.CharFilter(label="Your own id", max_length=120)

    class Meta:
        model = Campaign
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List campaigns", operation_id="campaigns_list"),
    post=extend_schema(
        summary="Add a campaign, or change what has the same external id",
        operation_id="campaigns_add",
        request=CampaignIn,
        responses={200: CampaignOut, 201: CampaignOut},
        examples=[
            example(
                "A campaign of the marketing tool",
                {
                    "external_id": "program-1041",
                    "name": "Standstill, autumn",
                    "starts_on": "2026-11-01",
                    "ends_on": "2026-12-31",
                    "budget_usd": 40_000,
                },
                request_only=True,
            )
        ],
    ),
)
class CampaignsView(PlansCampaigns, ListView):
    serializer_class = CampaignOut
    filterset_class = CampaignFilter
    orders = filters.BY_CHANGE
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Campaign.objects.in_program(self.program).prefetch_related("plays")

    @idempotent
    def post(self, request: Request) -> Response:
        given = _said(self.program, checked(CampaignIn(data=request.data)))
        status = upsert_status(self.rows(), external_id=given.get("external_id"))
        made = done(
            lambda: actions.add_campaign(program=self.program, by=self.person, **given), **NAMES
        )
        return Response(CampaignOut(made).data, status=status)


@extend_schema_view(
    get=extend_schema(summary="One campaign", operation_id="campaigns_get"),
    patch=extend_schema(
        summary="Change a campaign",
        operation_id="campaigns_change",
        request=CampaignChange,
        responses=CampaignOut,
    ),
)
class CampaignView(PlansCampaigns, DetailView):
    serializer_class = CampaignOut

    def rows(self) -> QuerySet[Any]:
        return Campaign.objects.in_program(self.program).prefetch_related("plays")

    def patch(self, request: Request, pk: int) -> Response:
        campaign = self.campaign()
        given = _said(self.program, checked(CampaignChange(data=request.data)))
        changed = done(
            lambda: actions.change_campaign(campaign=campaign, by=self.person, **given), **NAMES
        )
        return Response(CampaignOut(changed).data)


# Names in the API of fields that the actions name differently.
NAMES = {"plays": "play_ids", "owner": "owner_id"}


def _said(program: Program, given: dict[str, Any]) -> dict[str, Any]:
    """Replace ids by what the actions expect."""
    said = dict(given)
    said["plays"] = said.pop("play_ids", None)
    if "owner_id" in said:
        said["owner"] = _member(program, said.pop("owner_id"))
    return said


def _member(program: Program, pk: int | None) -> User | None:
    rows = Membership.objects.in_program(program).select_related("user")
    member = rows.filter(user=pk).first() if pk else None
    if pk and member is None:
        raise refused("owner_id", "There is no such person in the program.")
    return member.user if member else None


@extend_schema_view(
    get=extend_schema(summary="Accounts of a campaign", operation_id="campaigns_accounts_list"),
    post=extend_schema(
        summary="Add accounts to a campaign",
        operation_id="campaigns_accounts_add",
        request=AudienceIn,
        responses=AddedOut,
    ),
)
class AudienceView(PlansCampaigns, ListView):
    serializer_class = AudienceOut
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        rows = CampaignAccount.objects.in_program(self.program)
        return rows.filter(campaign=self.campaign())

    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        given, campaign = checked(AudienceIn(data=request.data)), self.campaign()
        ours = Account.objects.in_program(self.program)
        given["account_ids"] = of_today(self.program, given["account_ids"])
        refuse_missing(given["account_ids"], ours, "There is no such account.", "account_ids")
        added = done(lambda: audience.add_accounts(campaign=campaign, by=self.person, **given))
        return Response({"added": added})


@extend_schema_view(
    delete=extend_schema(
        summary="Take an account out of a campaign",
        operation_id="campaigns_accounts_remove",
        responses={204: None},
    )
)
class AudienceAccountView(PlansCampaigns):
    http_method_names = ("delete", "options")
    serializer_class = AudienceOut

    def delete(self, request: Request, pk: int, account_id: int) -> Response:
        rows = CampaignAccount.objects.in_program(self.program)
        member = rows.filter(campaign=self.campaign(), account=account_id).first()
        if member is None:
            raise Http404
        audience.remove_account(member=member, by=self.person)
        return Response(status=204)


@extend_schema_view(
    get=extend_schema(summary="Costs of a campaign", operation_id="campaigns_costs_list"),
    post=extend_schema(
        summary="Add a cost",
        operation_id="campaigns_costs_add",
        request=CostIn,
        responses={201: CostOut},
    ),
)
class CostsView(PlansCampaigns, ListView):
    serializer_class = CostOut
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return CampaignCost.objects.in_program(self.program).filter(campaign=self.campaign())

    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        given, campaign = checked(CostIn(data=request.data)), self.campaign()
        cost = done(lambda: actions.add_cost(campaign=campaign, by=self.person, **given))
        return Response(CostOut(cost).data, status=201)
