"""`/opportunities/`: deals, and how they move. The workspace serves the first three views, combined
with data about deals from other rooms.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.references import OfAccountFilter
from accounts.models import Account, Lead
from alignment.core.rest import Problem, filters
from alignment.core.rest.problems import refuse_missing
from alignment.core.rest.refusals import done, refused
from alignment.core.rest.views import checked, upsert_status
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.idempotency import idempotent
from alignment.people.models import Membership
from alignment.people.permissions import Permission, Scope

from ..actions.moving import DealMoved, move
from ..actions.writing import change_opportunity, open_opportunity
from ..models import Opportunity, OpportunityStep, Outcome, PipelineStage
from .schemas import MoveIn, OpportunityChange, OpportunityIn, OpportunityOut, StepOut

# Names in the API of fields that the actions name differently.
NAMES = {"stage": "stage_id", "owner": "owner_id", "leads": "lead_ids"}


class WorksDeals(ProgramApiView):
    tag = "opportunities"
    write_scope = Scope.DEALS_WRITE
    write_permission = Permission.WORK_DEALS

    def deals(self) -> QuerySet[Opportunity]:
        rows = Opportunity.objects.in_program(self.program)
        return rows.select_related("stage").prefetch_related("leads")

    def deal(self) -> Opportunity:
        """The deal in the URL; 404 for one of another program."""
        found = self.deals().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def stage(self, pk: int) -> PipelineStage:
        found = PipelineStage.objects.in_program(self.program).filter(pk=pk).first()
        if found is None:
            raise refused("stage_id", "There is no such stage.")
        return found

    def with_rows(self, given: dict[str, Any]) -> dict[str, Any]:
        """Replace ids by the rows that the actions expect."""
        if "owner_id" not in given:
            return given
        owner_id = given.pop("owner_id")
        rows = Membership.objects.in_program(self.program).select_related("user")
        member = rows.filter(user=owner_id).first() if owner_id else None
        if owner_id and member is None:
            raise refused("owner_id", "There is no such person in the program.")
        return given | {"owner": member.user if member else None}

    def shown(self, deal: Opportunity) -> dict[str, Any]:
        return dict(OpportunityOut(self.deals().get(pk=deal.pk)).data)


class OpportunityFilter(filters.ChangeFilterSet):
    account_id = OfAccountFilter()
    stage_id = filters.IdFilter(field_name="stage", label="Stage")
    owner_id = filters.IdFilter(field_name="owner", label="Owner")
    outcome = filters.ChoiceFilter(choices=Outcome.choices, label="Open, won or lost")
    external_id = filters.CharFilter(label="Your own id", max_length=120)

    class Meta:
        model = Opportunity
        fields: tuple[str, ...] = ()


class OpportunitiesView(WorksDeals, ListView):
    serializer_class = OpportunityOut
    filterset_class = OpportunityFilter
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return self.deals()

    @idempotent
    def post(self, request: Request) -> Response:
        given = self.with_rows(
            checked(OpportunityIn(data=request.data, context={"program": self.program}))
        )
        account_id, stage_id = given.pop("account_id"), given.pop("stage_id", None)
        account = Account.objects.in_program(self.program).filter(pk=account_id).first()
        if account is None:
            raise refused("account_id", "There is no such account.")
        stage = self.stage(stage_id) if stage_id else None
        status = upsert_status(self.rows(), external_id=given.get("external_id"))
        leads = given.pop("lead_ids", ())
        theirs = Lead.objects.in_program(self.program).filter(account=account)
        refuse_missing(leads, theirs, "There is no such lead at this account.", "lead_ids")
        deal = done(
            lambda: open_opportunity(
                account=account, by=self.person, leads=leads, stage=stage, **given
            ),
            **NAMES,
        )
        return Response(self.shown(deal), status=status)


class OpportunityView(WorksDeals, DetailView):
    serializer_class = OpportunityOut

    def rows(self) -> QuerySet[Any]:
        return self.deals()

    def patch(self, request: Request, pk: int) -> Response:
        given, deal = self.with_rows(checked(OpportunityChange(data=request.data))), self.deal()
        changed = done(
            lambda: change_opportunity(opportunity=deal, by=self.person, **given), **NAMES
        )
        return Response(self.shown(changed))


class OpportunityMoveView(WorksDeals):
    serializer_class = OpportunityOut
    http_method_names = ("post", "options")

    def post(self, request: Request, pk: int) -> Response:
        given, deal = checked(MoveIn(data=request.data)), self.deal()
        stage = self.stage(given.pop("stage_id"))
        seen_in = given.pop("seen_in_stage_id", None)
        try:
            moved = done(
                lambda: move(
                    opportunity=deal, stage=stage, seen_in=seen_in, by=self.person, **given
                ),
                **NAMES,
            )
        except DealMoved as elsewhere:
            raise Problem(409, str(elsewhere)) from elsewhere
        return Response(self.shown(moved))


@extend_schema_view(
    get=extend_schema(summary="How an opportunity moved", operation_id="opportunities_steps_list")
)
class OpportunityStepsView(WorksDeals, ListView):
    serializer_class = StepOut
    http_method_names = ("get", "head", "options")

    def rows(self) -> QuerySet[Any]:
        rows = OpportunityStep.objects.in_program(self.program)
        return rows.filter(opportunity=self.deal())
