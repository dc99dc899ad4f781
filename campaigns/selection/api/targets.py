"""`/targets/` and `/nominations/`: the list, who works it, leaving it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.references import OfAccountFilter
from accounts.models import Account
from alignment.core.rest import Problem, filters
from alignment.core.rest.problems import FieldError, pointer, refuse_missing
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from alignment.people.models import Membership, Program, User
from alignment.people.permissions import Scope
from campaigns.library.models import Play

from ..actions.listing import Work, change_target, leave, place
from ..actions.sessions import nominate
from ..models import Candidate, Nomination, Target
from .asking import done, side_of
from .schemas import NominationIn, NominationOut, PlacedIn, PlacedOut, ReasonIn, TargetOut, WorkIn
from .sessions import SittingView

RELATED = ("account", "marketing_owner", "sales_owner", "program")


def _refused(name: str, text: str) -> Problem:
    error: FieldError = {"pointer": pointer(name), "detail": text}
    return Problem(422, "Some values were not accepted.", errors=[error])


def _work(program: Program, given: dict[str, Any]) -> Work:
    return Work(
        tier=given["tier"],
        marketing_owner=_person(program, "marketing_owner", given["marketing_owner"]),
        sales_owner=_person(program, "sales_owner", given["sales_owner"]),
        play=_play(program, given["play_id"]),
    )


def _person(program: Program, name: str, email: str | None) -> User | None:
    if email is None:
        return None
    members = Membership.objects.in_program(program).select_related("user")
    member = members.filter(user__email=email.lower()).first()
    if member is None:
        raise _refused(name, "There is no such person in the program.")
    return member.user


def _play(program: Program, pk: int | None) -> Play | None:
    if pk is None:
        return None
    play = Play.objects.in_program(program).filter(pk=pk, retired_at__isnull=True).first()
    if play is None:
        raise _refused("play_id", "There is no such play.")
    return play


class TargetFilter(filters.ChangeFilterSet):
    account_id = OfAccountFilter()
    left = filters.BooleanFilter(
        field_name="left_at", lookup_expr="isnull", exclude=True, label="Left the list, or is on it"
    )

    class Meta:
        model = Target
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(
        summary="List stays on the list",
        description="`?left=false` is the list as it is now.",
        operation_id="targets_list",
    )
)
class TargetsView(ListView):
    tag = "targets"
    serializer_class = TargetOut
    filterset_class = TargetFilter
    orders = filters.BY_CHANGE

    def rows(self) -> QuerySet[Any]:
        return Target.objects.in_program(self.program).select_related(*RELATED)


@extend_schema_view(
    get=extend_schema(summary="One target", operation_id="targets_get"),
    put=extend_schema(
        summary="Change tier, owners and play",
        description="A confirmation of the open session falls: it bound another list.",
        operation_id="targets_change",
        request=WorkIn,
        responses=TargetOut,
    ),
)
class TargetView(DetailView):
    tag = "targets"
    write_scope = Scope.TARGETS_WRITE
    serializer_class = TargetOut

    def rows(self) -> QuerySet[Any]:
        return Target.objects.in_program(self.program).select_related(*RELATED)

    def put(self, request: Request, pk: int) -> Response:
        target = self.get_object()
        work = _work(self.program, checked(WorkIn(data=request.data)))
        done(lambda: change_target(target=target, work=work, by=self.person))
        return Response(TargetOut(self.get_object()).data)


@extend_schema_view(
    post=extend_schema(
        summary="Take an account off the list",
        operation_id="targets_leave",
        request=ReasonIn,
        responses=TargetOut,
    )
)
class LeaveView(DetailView):
    tag = "targets"
    write_scope = Scope.TARGETS_WRITE
    serializer_class = TargetOut
    keeps_replies = True
    http_method_names = ["post", "options"]

    def rows(self) -> QuerySet[Any]:
        return Target.objects.in_program(self.program).select_related(*RELATED)

    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        target = self.get_object()
        reason = checked(ReasonIn(data=request.data))["reason"]
        done(lambda: leave(target=target, reason=reason, by=self.person))
        return Response(TargetOut(self.get_object()).data)


@extend_schema_view(
    post=extend_schema(
        summary="Put agreed accounts on the list",
        description="All or none: both sides said yes to each, and there is a place for each.",
        operation_id="selection_place",
        request=PlacedIn,
        responses={201: PlacedOut},
    )
)
class PlaceView(SittingView):
    serializer_class = PlacedOut

    @idempotent
    def post(self, request: Request) -> Response:
        session, rows = self.session(), checked(PlacedIn(data=request.data))["targets"]
        candidates = Candidate.objects.in_program(self.program).filter(session=session)
        wanted = [row["candidate_id"] for row in rows]
        none = "There is no such candidate."
        refuse_missing(wanted, candidates, none, "targets", last="candidate_id")
        found = candidates.select_related("account").in_bulk(wanted)
        if len(found) < len(rows):
            raise _refused("targets", "A candidate is named twice.")
        work = [(found[row["candidate_id"]], _work(self.program, row)) for row in rows]
        placed = done(lambda: place(session=session, work=work, by=self.person))
        return Response(PlacedOut({"items": placed}).data, status=201)


@extend_schema_view(
    get=extend_schema(summary="List nominations", operation_id="nominations_list"),
    post=extend_schema(
        summary="Nominate an account for your side",
        description="It joins the session that is open for votes, else it waits for the next one.",
        operation_id="nominations_create",
        request=NominationIn,
        responses={201: NominationOut},
    ),
)
class NominationsView(ListView):
    tag = "targets"
    write_scope = Scope.TARGETS_WRITE
    serializer_class = NominationOut
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Nomination.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(NominationIn(data=request.data, context={"program": self.program}))
        rows = Account.objects.in_program(self.program)
        account = rows.filter(pk=given["account_id"]).first()
        if account is None:
            raise _refused("account_id", "There is no such account.")
        side = side_of(self.program, self.person, needed=True)
        made = done(
            lambda: nominate(account=account, side=side, reason=given["reason"], by=self.person)
        )
        return Response(NominationOut(made).data, status=201)


@extend_schema_view(get=extend_schema(summary="One nomination", operation_id="nominations_get"))
class NominationView(DetailView):
    tag = "targets"
    serializer_class = NominationOut

    def rows(self) -> QuerySet[Any]:
        return Nomination.objects.in_program(self.program)
