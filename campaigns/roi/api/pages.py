"""`/roi-pages/`: pages for prospects, and the visits to them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.references import OfAccountFilter
from accounts.models import Account, Stakeholder
from alignment.core.addresses import full_url
from alignment.core.rest import filters
from alignment.core.rest.refusals import done, refused
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.models import ProgramOwned
from alignment.people.permissions import Permission, Scope
from campaigns.opportunities.models import Opportunity

from ..actions.sharing import Recipient, revoke_share, share_calculator
from ..models import Calculator, RoiShare
from .schemas import PageIn, PageMade, PageOut

NAMES = {
    "calculator": "calculator_id",
    "account": "account_id",
    "stakeholder": "stakeholder_id",
    "opportunity": "opportunity_id",
}


class SharesPages(ProgramApiView):
    tag = "roi"
    write_scope = Scope.CALENDAR_WRITE
    write_permission = Permission.PLAN_TOUCHES
    serializer_class = PageOut

    def rows(self) -> QuerySet[Any]:
        rows = RoiShare.objects.in_program(self.program)
        return rows.select_related("version").prefetch_related("visits")


class PageFilter(filters.FilterSet):
    account_id = OfAccountFilter()
    calculator_id = filters.IdFilter(field_name="version__calculator", label="Calculator")
    opportunity_id = filters.IdFilter(field_name="opportunity", label="Opportunity")

    class Meta:
        model = RoiShare
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List ROI pages", operation_id="roi_pages_list"),
    post=extend_schema(
        summary="Make an ROI page for a prospect",
        description="The reply is the only one that holds the address, so it is not kept for"
        " `Idempotency-Key`: sent again, it makes another page.",
        operation_id="roi_pages_create",
        request=PageIn,
        responses={201: PageMade},
    ),
)
class PagesView(SharesPages, ListView):
    filterset_class = PageFilter

    def post(self, request: Request) -> Response:
        given = checked(PageIn(data=request.data, context={"program": self.program}))
        calculator = self._named(Calculator, "calculator_id", given)
        to = Recipient(
            self._named(Account, "account_id", given),
            self._named(Stakeholder, "stakeholder_id", given),
            self._named(Opportunity, "opportunity_id", given),
        )
        words = {name: given[name] for name in ("sender", "language", "days")}
        made = done(
            lambda: share_calculator(calculator=calculator, to=to, by=self.person, **words), **NAMES
        )
        share = self.rows().get(pk=made.share.pk)
        share.address = full_url(reverse("roi_page", args=[made.secret]))
        return Response(PageMade(share).data, status=201)

    def _named(self, model: type[ProgramOwned], name: str, given: dict[str, Any]) -> Any:
        if given[name] is None:
            return None
        row = model.objects.in_program(self.program).filter(pk=given[name]).first()
        if row is None:
            raise refused(name, "There is no such row.")
        return row


@extend_schema_view(get=extend_schema(summary="One ROI page", operation_id="roi_pages_get"))
class PageView(SharesPages, DetailView):
    http_method_names = ["get", "head", "options"]


@extend_schema_view(
    post=extend_schema(
        summary="Close an ROI page",
        description="Its address leads nowhere from now on. Safe to repeat.",
        operation_id="roi_pages_revoke",
        request=None,
        responses=PageOut,
    )
)
class PageRevokeView(SharesPages, DetailView):
    http_method_names = ["post", "options"]

    def post(self, request: Request, pk: int) -> Response:
        share = self.get_object()
        revoke_share(share=share, by=self.person)
        return Response(PageOut(self.rows().get(pk=share.pk)).data)
