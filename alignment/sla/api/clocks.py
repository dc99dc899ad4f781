"""`/clocks/`, `/escalations/`, `/disputes/`: running promises, escalations of breaches, excuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Lead
from alignment.core.rest import Problem
from alignment.core.rest.filters import BY_CHANGE
from alignment.core.rest.problems import FieldError
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.idempotency import idempotent
from alignment.people.models import Program
from alignment.people.permissions import Permission, Scope

from ..actions import answers, crm
from ..models import Clock, Dispute, Escalation, SlaSettings
from .clock_filters import ClockFilter, DisputeFilter, EscalationFilter
from .clock_schemas import (
    AnswerIn,
    ClockOut,
    DecisionIn,
    DisputeOut,
    EscalationOut,
    ReasonIn,
    SettingsIn,
    SettingsOut,
)


def _clocks(program: Program) -> QuerySet[Clock]:
    rows = Clock.objects.in_program(program)
    return rows.select_related("owner", "team", "version", "program", "dispute")


def _run(change: Callable[[], Any], field: str) -> Any:
    """Run an action and turn its refusals into problem responses."""
    try:
        return change()
    except answers.NothingSaid as refused:
        error: FieldError = {"pointer": f"/{field}", "detail": str(refused)}
        raise Problem(422, "Some values were not accepted.", errors=[error]) from refused
    except (answers.NotPossible, answers.AlreadyAnswered) as refused:
        raise Problem(409, str(refused)) from refused
    except answers.NotYours as refused:
        raise Problem(403, str(refused)) from refused


@extend_schema_view(
    get=extend_schema(
        summary="List clocks",
        description="Running promises and those that ended. `due_in_words` is the sum behind"
        " `due_at`, in the program's time zone.",
        operation_id="clocks_list",
    )
)
class ClocksView(ListView):
    tag = "clocks"
    serializer_class = ClockOut
    filterset_class = ClockFilter
    orders = {**BY_CHANGE, "due_at": ("due_at", "id"), "-due_at": ("-due_at", "-id")}

    def rows(self) -> QuerySet[Any]:
        return _clocks(self.program)


@extend_schema_view(get=extend_schema(summary="One clock", operation_id="clocks_get"))
class ClockView(DetailView):
    tag = "clocks"
    serializer_class = ClockOut

    def rows(self) -> QuerySet[Any]:
        return _clocks(self.program)


class _Step(DetailView):
    """POST an answer to a breach: 403 if it is not yours to give, 409 if somebody was faster."""

    http_method_names = ("post", "head", "options")
    write_scope = Scope.LEADS_WRITE
    keeps_replies = True
    body: type[serializers.Serializer[Any]]
    field: str

    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        row, given = self.get_object(), checked(self.body(data=request.data))
        _run(lambda: self.act(row, given), self.field)
        return Response(self.get_serializer(self.result(pk)).data)

    def result(self, pk: int) -> Any:
        return self.get_object()

    def act(self, row: Any, given: Any) -> None:
        raise NotImplementedError


@extend_schema_view(
    post=extend_schema(
        summary="Ask for a broken promise to be excused",
        description="By members and managers of the side that owes it. 409 if it is not broken.",
        operation_id="clocks_dispute",
        request=ReasonIn,
        responses=DisputeOut,
    )
)
class ClockDisputeView(_Step):
    tag = "clocks"
    serializer_class = DisputeOut
    body, field = ReasonIn, "reason"

    def rows(self) -> QuerySet[Any]:
        return _clocks(self.program)

    def act(self, row: Any, given: Any) -> None:
        answers.dispute(clock=row, reason=given["reason"], by=self.person)

    def result(self, pk: int) -> Any:
        return _disputes(self.program).get(clock_id=pk)


@extend_schema_view(
    get=extend_schema(
        summary="List escalations",
        description="One a clock and step of the ladder, newest first.",
        operation_id="escalations_list",
    )
)
class EscalationsView(ListView):
    tag = "escalations"
    serializer_class = EscalationOut
    filterset_class = EscalationFilter

    def rows(self) -> QuerySet[Any]:
        return _escalations(self.program)


def _escalations(program: Program) -> QuerySet[Escalation]:
    return Escalation.objects.in_program(program).select_related("clock", "acknowledged_by")


@extend_schema_view(get=extend_schema(summary="One escalation", operation_id="escalations_get"))
class EscalationView(DetailView):
    tag = "escalations"
    serializer_class = EscalationOut

    def rows(self) -> QuerySet[Any]:
        return _escalations(self.program)


@extend_schema_view(
    post=extend_schema(
        summary="Say what will be done about a breach",
        description="By managers of the side that owes the promise, or an owner of the program. It"
        " answers all steps of the clock that are open, and the ladder ends.",
        operation_id="escalations_acknowledge",
        request=AnswerIn,
        responses=EscalationOut,
    )
)
class AcknowledgeView(_Step):
    tag = "escalations"
    serializer_class = EscalationOut
    body, field = AnswerIn, "answer"

    def rows(self) -> QuerySet[Any]:
        return _escalations(self.program)

    def act(self, row: Any, given: Any) -> None:
        answers.acknowledge(escalation=row, answer=given["answer"], by=self.person)


@extend_schema_view(get=extend_schema(summary="List disputes", operation_id="disputes_list"))
class DisputesView(ListView):
    tag = "disputes"
    serializer_class = DisputeOut
    filterset_class = DisputeFilter

    def rows(self) -> QuerySet[Any]:
        return _disputes(self.program)


def _disputes(program: Program) -> QuerySet[Dispute]:
    return Dispute.objects.in_program(program).select_related("clock", "asked_by", "decided_by")


@extend_schema_view(get=extend_schema(summary="One dispute", operation_id="disputes_get"))
class DisputeView(DetailView):
    tag = "disputes"
    serializer_class = DisputeOut

    def rows(self) -> QuerySet[Any]:
        return _disputes(self.program)


@extend_schema_view(
    post=extend_schema(
        summary="Grant an excuse or refuse it",
        description="By a manager of the side that does not owe the promise.",
        operation_id="disputes_decide",
        request=DecisionIn,
        responses=DisputeOut,
    )
)
class DecideView(_Step):
    tag = "disputes"
    serializer_class = DisputeOut
    body, field = DecisionIn, "answer"

    def rows(self) -> QuerySet[Any]:
        return _disputes(self.program)

    def act(self, row: Any, given: Any) -> None:
        answers.decide(dispute=row, by=self.person, **given)


@extend_schema_view(
    post=extend_schema(
        summary="The CRM shows the lead's status as it is now",
        description="Ends the promises that wait for `crm_updated`. No body.",
        operation_id="leads_crm_updated",
        request=None,
        responses={204: None},
    )
)
class CrmUpdatedView(DetailView):
    tag = "leads"
    http_method_names = ("post", "head", "options")
    write_scope = Scope.LEADS_WRITE
    # Only for the API document: the reply has no body.
    serializer_class = SettingsOut
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Lead.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        crm.confirm_update(lead=self.get_object(), by=self.person)
        return Response(status=204)


class SettingsView(ProgramApiView):
    """Settings of a program's SLA outside the contract."""

    tag = "sla-settings"
    write_scope = Scope.AGREEMENTS_WRITE
    write_permission = Permission.MANAGE_PROGRAM
    serializer_class = SettingsOut
    pagination_class = None
    filter_backends = ()

    @extend_schema(summary="Settings of the SLA", operation_id="sla_settings_get")
    def get(self, request: Request) -> Response:
        row = SlaSettings.objects.in_program(self.program).first()
        return Response(SettingsOut(row or SlaSettings(outside_crm=False)).data)

    @extend_schema(
        summary="Change the settings of the SLA",
        operation_id="sla_settings_put",
        request=SettingsIn,
        responses=SettingsOut,
    )
    def put(self, request: Request) -> Response:
        given = checked(SettingsIn(data=request.data))
        row = crm.set_outside_crm(program=self.program, by=self.person, **given)
        return Response(SettingsOut(row).data)
