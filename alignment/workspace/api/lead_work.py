"""Working a lead over the API: claim, log attempts, give feedback, recycle, close."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Lead
from alignment.core.rest.moments import MomentField
from alignment.core.rest.schema import example
from alignment.core.rest.views import checked
from alignment.people.api_auth import HasScope, WorksLeads
from alignment.people.api_views import ProgramApiView
from alignment.people.idempotency import idempotent
from alignment.people.permissions import Scope
from alignment.sla.actions import work
from alignment.sla.models import Attempt, Feedback, ReasonCode
from alignment.sla.rules import nurture
from campaigns.opportunities.actions import moving

from .event_rows import read_moment
from .event_schemas import Shape
from .lead_schemas import LeadOut, StrictShape
from .leads import LeadAction, leads_of, refusals_told

MOST = 200


class AttemptOut(serializers.ModelSerializer[Attempt]):
    by_email = serializers.EmailField(source="by.email", default=None, allow_null=True)

    class Meta:
        model = Attempt
        ref_name = "Attempt"
        fields = ("id", "channel", "outcome", "note", "at", "recorded_at", "by_email")


class AttemptIn(StrictShape):
    channel = serializers.ChoiceField(choices=Attempt.Channel.choices)
    outcome = serializers.ChoiceField(choices=Attempt.Outcome.choices)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)
    at = MomentField(
        required=False,
        help_text="With its time zone, not in the future, within a year; now if left out.",
    )

    class Meta:
        ref_name = "AttemptIn"

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        now = self.context["now"]
        if data.get("at") is None:
            return {**values, "at": now}
        moment, complaint = read_moment(data.get("at"), now=now)
        if complaint:
            raise serializers.ValidationError({"at": [complaint]})
        return {**values, "at": moment}


class FeedbackOut(serializers.ModelSerializer[Feedback]):
    by_email = serializers.EmailField(source="by.email", default=None, allow_null=True)
    reasons: Any = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)

    class Meta:
        model = Feedback
        ref_name = "Feedback"
        fields = ("id", "fits", "reasons", "note", "given_at", "by_email")


class FeedbackIn(StrictShape):
    fits = serializers.BooleanField()
    reasons = serializers.ListField(
        child=serializers.SlugField(max_length=40),
        required=False,
        default=list,
        max_length=20,
        help_text="Codes of reasons; at least one where it does not fit.",
    )
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)

    class Meta:
        ref_name = "FeedbackIn"

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and not isinstance(data.get("fits"), bool):
            raise serializers.ValidationError({"fits": ["true or false."]})
        return super().to_internal_value(data)


class CodeIn(StrictShape):
    code = serializers.SlugField(max_length=40, help_text="A code of `/reason-codes/`.")
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)

    class Meta:
        ref_name = "CodedReason"


class RecycleIn(CodeIn):
    until = serializers.DateField(help_text="When it is worth another try; after today.")

    class Meta:
        ref_name = "RecycleIn"

    def validate_until(self, until: date) -> date:
        today = timezone.localdate()
        if nurture.too_early(until, today=today) or nurture.too_late(until, today=today):
            raise serializers.ValidationError("A day after today, within three years.")
        return until


@extend_schema_view(
    post=extend_schema(
        summary="Claim a lead that nobody owns",
        description="Of several at once one wins; the others get 409 with who it was.",
        operation_id="leads_claim",
        request=None,
        responses=LeadOut,
    )
)
class ClaimView(LeadAction):
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        lead = self.get_object()
        with refusals_told():
            work.claim(lead=lead, by=self.person)
        return Response(self.get_serializer(self.get_object()).data)


@extend_schema_view(
    post=extend_schema(
        summary="Send a lead back to nurture",
        operation_id="leads_recycle",
        request=RecycleIn,
        responses=LeadOut,
        examples=[
            example(
                "Worth another try in spring",
                {"code": "contract-runs", "until": "2027-04-01"},
                request_only=True,
            )
        ],
    )
)
class RecycleView(LeadAction):
    def act(self, lead: Lead, body: Any) -> None:
        work.recycle(lead=lead, by=self.person, **checked(RecycleIn(data=body)))


@extend_schema_view(
    post=extend_schema(
        summary="Close a lead that will not buy",
        description="Only with a reason that the program offers: see `/reason-codes/`.",
        operation_id="leads_disqualify",
        request=CodeIn,
        responses=LeadOut,
    )
)
class DisqualifyView(LeadAction):
    def act(self, lead: Lead, body: Any) -> None:
        work.disqualify(lead=lead, by=self.person, **checked(CodeIn(data=body)))


@extend_schema_view(
    post=extend_schema(
        summary="Bring a disqualified lead back",
        description=(
            "To the stage it had before; promises go on as if it had never left. One whose"
            " opportunity was won or lost meanwhile ends with it. 409 if it is not disqualified, or"
            " if the person has a newer lead."
        ),
        operation_id="leads_bring_back",
        request=None,
        responses=LeadOut,
    )
)
class BringBackView(LeadAction):
    needs_body = False

    def act(self, lead: Lead, body: Any) -> None:
        moving.bring_back(lead=lead, by=self.person)


@extend_schema_view(
    post=extend_schema(
        summary="Take a lead back from nurture",
        description=(
            "Undoes `recycle/`: to the stage it had before; promises go on as if it had never left,"
            " but for what was due meanwhile. One whose opportunity was won or lost meanwhile ends"
            " with it. 409 if it is not in nurture."
        ),
        operation_id="leads_take_back",
        request=None,
        responses=LeadOut,
    )
)
class TakeBackView(LeadAction):
    needs_body = False

    def act(self, lead: Lead, body: Any) -> None:
        moving.take_back(lead=lead, by=self.person)


class LeadRecords(ProgramApiView):
    """GET lists the records of a lead, the newest first; POST adds one."""

    tag = "leads"
    permission_classes = (HasScope, WorksLeads)
    write_scope = Scope.LEADS_WRITE
    keeps_replies = True
    filter_backends = ()
    pagination_class = None

    def lead(self) -> Lead:
        lead = leads_of(self.program).filter(pk=self.kwargs["pk"]).first()
        if lead is None:
            raise Http404
        return lead

    def get(self, request: Request, pk: int) -> Response:
        rows = self.records(self.lead())[:MOST]
        return Response({"items": self.get_serializer(rows, many=True).data})

    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        made = self.record(self.lead(), request.data)
        return Response(self.get_serializer(made).data, status=201)

    def records(self, lead: Lead) -> QuerySet[Any]:
        raise NotImplementedError

    def record(self, lead: Lead, body: Any) -> Any:
        raise NotImplementedError


class AttemptItems(Shape):
    items = AttemptOut(many=True)

    class Meta:
        ref_name = "Attempts"


class FeedbackItems(Shape):
    items = FeedbackOut(many=True)

    class Meta:
        ref_name = "FeedbackItems"


@extend_schema_view(
    get=extend_schema(
        summary="Attempts to reach the person",
        operation_id="leads_attempts",
        responses=AttemptItems,
    ),
    post=extend_schema(
        summary="Log a human attempt to reach the person",
        description=(
            "An automatic mail is none. Having spoken with them (`reached`) also counts as reached."
            " Promises are timed by when it is recorded, not by `at`; an attempt of before a promise"
            " began does not keep it."
        ),
        operation_id="leads_log_attempt",
        request=AttemptIn,
        responses={201: AttemptOut},
        examples=[
            example(
                "Nobody picked up",
                {"channel": "call", "outcome": "no_answer", "at": "2026-11-20T15:04:05-05:00"},
                request_only=True,
            )
        ],
    ),
)
class AttemptsView(LeadRecords):
    serializer_class = AttemptOut

    def records(self, lead: Lead) -> QuerySet[Attempt]:
        return Attempt.objects.in_program(self.program).filter(lead=lead).select_related("by")

    def record(self, lead: Lead, body: Any) -> Attempt:
        given = checked(AttemptIn(data=body, context={"now": timezone.now()}))
        with refusals_told():
            return work.log_attempt(lead=lead, by=self.person, **given)


@extend_schema_view(
    get=extend_schema(
        summary="What sales said of the lead",
        operation_id="leads_feedback",
        responses=FeedbackItems,
    ),
    post=extend_schema(
        summary="Say whether the lead was worth handing over",
        description="The newest word counts. A lead that never was an MQL: 409.",
        operation_id="leads_give_feedback",
        request=FeedbackIn,
        responses={201: FeedbackOut},
    ),
)
class FeedbackView(LeadRecords):
    serializer_class = FeedbackOut

    def records(self, lead: Lead) -> QuerySet[Feedback]:
        rows = Feedback.objects.in_program(self.program).filter(lead=lead)
        return rows.select_related("by").prefetch_related("reasons")

    def record(self, lead: Lead, body: Any) -> Feedback:
        given = checked(FeedbackIn(data=body))
        with refusals_told("/reasons"):
            reasons = [
                work.offered(self.program.pk, ReasonCode.Use.FEEDBACK, code)
                for code in dict.fromkeys(given.pop("reasons"))
            ]
            return work.give_feedback(lead=lead, by=self.person, reasons=reasons, **given)
