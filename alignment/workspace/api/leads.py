"""`/leads/`: leads with their stage, their score and its explanation."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.batches import refuse_unless_any, report
from accounts.api.filters import LeadFilter
from accounts.models import Lead
from accounts.rules.facts import FieldError, Upserted
from alignment.core.rest import Problem
from alignment.core.rest.filters import BY_CHANGE
from alignment.core.rest.problems import FieldError as FieldProblem
from alignment.core.rest.views import checked
from alignment.people.api_auth import HasScope, WorksLeads
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from alignment.people.models import Program, User
from alignment.people.permissions import Scope
from alignment.people.queries import possible_owners
from alignment.scoring.actions import leads as actions
from alignment.sla.actions import work

from .lead_schemas import (
    CallIn,
    LeadBatch,
    LeadChange,
    LeadOut,
)
from .people_refs import people_ids
from .schemas import UpsertResults
from .upserts import SOURCE, Rows, rows_of, upsert


def leads_of(program: Program) -> QuerySet[Lead]:
    return Lead.objects.in_program(program).select_related(
        "stakeholder", "account", "owner", "score"
    )


@extend_schema_view(
    get=extend_schema(summary="List leads", operation_id="leads_list"),
    post=extend_schema(
        summary="Open leads",
        description=(
            "Opens a lead for a stakeholder who has no open one; else answers with the open one"
            " (`unchanged`). Up to 1,000 as `items`."
        ),
        operation_id="leads_open",
        request=LeadBatch,
        responses=UpsertResults,
    ),
)
class LeadsView(ListView):
    tag = "leads"
    write_scope = Scope.LEADS_WRITE
    serializer_class = LeadOut
    filterset_class = LeadFilter
    keeps_replies = True
    checks_texts = True
    orders = {**BY_CHANGE, "-stage_since": ("-stage_since", "-id")}

    def rows(self) -> QuerySet[Any]:
        return leads_of(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = rows_of(request.data)
        results = self._open(given)
        refuse_unless_any(results)
        return Response(report(results))

    @transaction.atomic
    def _open(self, given: Rows) -> list[dict[str, Any]]:
        return upsert(given, self._open_rows)

    def _open_rows(self, rows: list[dict[str, Any]]) -> Sequence[Upserted]:
        people = people_ids(self.program, rows)
        known = [person for person in people if isinstance(person, int)]
        new = actions.open_leads(
            program=self.program, stakeholder_ids=known, by=self.person, source=SOURCE
        )
        open_now = Lead.objects.in_program(self.program).filter(
            stakeholder__in=known, closed_at__isnull=True
        )
        lead_of = dict(open_now.values_list("stakeholder_id", "id"))
        return [_opened(person, lead_of, new) for person in people]


def _opened(person: int | FieldError, lead_of: dict[int, int], new: dict[int, int]) -> Upserted:
    if isinstance(person, FieldError):
        return Upserted(None, "rejected", [person])
    # If a batch names a person twice, only the first row reports a new lead.
    fresh = new.pop(person, None) is not None
    return Upserted(lead_of[person], "created" if fresh else "unchanged", [])


@extend_schema_view(
    get=extend_schema(summary="One lead", operation_id="leads_get"),
    patch=extend_schema(
        summary="Give a lead to a member of the program who may work it, or to nobody",
        operation_id="leads_assign",
        request=LeadChange,
        responses=LeadOut,
    ),
)
class LeadView(DetailView):
    tag = "leads"
    permission_classes = (HasScope, WorksLeads)
    write_scope = Scope.LEADS_WRITE
    serializer_class = LeadOut

    def rows(self) -> QuerySet[Any]:
        return leads_of(self.program)

    def patch(self, request: Request, pk: int) -> Response:
        lead = self.get_object()
        address = checked(LeadChange(data=request.data))["owner_email"]
        work.assign(lead=lead, owner=self._member(address), by=self.person)
        return Response(self.get_serializer(self.get_object()).data)

    def _member(self, address: str | None) -> User | None:
        if address is None:
            return None
        found = possible_owners(self.program).filter(user__email=address.lower()).first()
        if found is None:
            detail = "Not a member of the program who may work leads."
            error: FieldProblem = {"pointer": "/owner_email", "detail": detail}
            raise Problem(422, "Some values were not accepted.", errors=[error])
        return found.user


@contextmanager
def refusals_told(reason_at: str = "/code") -> Iterator[None]:
    """Turn refused steps into problems; `reason_at` is the place of the reason in the body."""
    try:
        yield
    except actions.LeadMoved as moved:
        raise Problem(409, str(moved)) from moved
    except work.MomentRefused as refused:
        moment: FieldProblem = {"pointer": "/at", "detail": str(refused)}
        raise Problem(422, "Some values were not accepted.", errors=[moment]) from refused
    except work.ReasonRefused as refused:
        wrong: FieldProblem = {"pointer": reason_at, "detail": str(refused)}
        raise Problem(422, "Some values were not accepted.", errors=[wrong]) from refused


class LeadAction(DetailView):
    """POST performs one step on a lead. A step that its stage does not allow, or no longer, is a
    conflict (409); a reason that is not offered is 422.
    """

    tag = "leads"
    http_method_names = ("post", "head", "options")
    permission_classes = (HasScope, WorksLeads)
    write_scope = Scope.LEADS_WRITE
    serializer_class = LeadOut
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return leads_of(self.program)

    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        lead = self.get_object()
        with refusals_told():
            self.act(lead, request.data)
        return Response(self.get_serializer(self.get_object()).data)

    def act(self, lead: Lead, body: Any) -> None:
        raise NotImplementedError


@extend_schema_view(
    post=extend_schema(
        summary="Record the validation call",
        description="A validated lead with the points of the model becomes SQL at once.",
        operation_id="leads_record_call",
        request=CallIn,
        responses=LeadOut,
    )
)
class ValidationCallView(LeadAction):
    def act(self, lead: Lead, body: Any) -> None:
        call = checked(CallIn(data=body, context={"now": timezone.now()}))
        actions.record_validation_call(lead=lead, by=self.person, **call)
