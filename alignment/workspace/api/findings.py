"""`/findings/`: what sales found out about an account's criteria."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.references import OfAccount, OfAccountFilter
from accounts.field.actions.findings import LONGEST_SEEN, record_finding, withdraw_finding
from accounts.field.models import CriterionFinding
from accounts.models import Account
from accounts.rules.facts import FactsRejected
from alignment.core.hints import hint
from alignment.core.rest import filters
from alignment.core.rest.refusals import done, refused
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from alignment.scoring.tasks import judge_changed
from alignment.workspace.accounts.criterion_facts import checked_as, criterion_of

from .upserts import refused_facts


class FindingOut(serializers.ModelSerializer[CriterionFinding]):
    account_id = serializers.IntegerField()
    by_id = serializers.IntegerField(allow_null=True)
    before = serializers.DictField(help_text="The facts that it rests on, before.")
    after = serializers.DictField(help_text="The same facts, after.")

    class Meta:
        model = CriterionFinding
        ref_name = "Finding"
        fields = (
            "id",
            "account_id",
            "criterion",
            "words",
            "outcome",
            "seen",
            "before",
            "after",
            "source",
            "listed_by",
            "by_id",
            "at",
            "withdrawn_at",
        )


class FindingIn(OfAccount):
    criterion = serializers.CharField(
        max_length=64, help_text="Key of a criterion of the profile in force."
    )
    outcome = serializers.ChoiceField(choices=CriterionFinding.Outcome.choices)
    seen = serializers.CharField(max_length=LONGEST_SEEN)
    value = serializers.DictField(
        required=False,
        allow_null=True,
        default=None,
        help_text=(
            'The right value as facts of an account: `{"employees_low": 80, "employees_high": 90}`.'
            " Refuted without one, the fact is unknown."
        ),
    )


class FindingFilter(filters.FilterSet):
    account_id = OfAccountFilter()
    criterion = filters.CharFilter(field_name="criterion", label="Key of the criterion")
    outcome = filters.ChoiceFilter(choices=CriterionFinding.Outcome.choices, label="Outcome")

    class Meta:
        model = CriterionFinding
        fields: tuple[str, ...] = ()


@extend_schema_view(
    get=extend_schema(summary="List findings", operation_id="findings_list"),
    post=extend_schema(
        summary="Confirm, refute or fill in a criterion of an account",
        description=(
            "The value is written to the account, which is judged again. From then on imports and"
            " upserts leave the fact alone; an edit of the account may change it."
        ),
        operation_id="findings_record",
        request=FindingIn,
        responses={201: FindingOut},
    ),
)
class FindingsView(ListView):
    tag = "field"
    serializer_class = FindingOut
    filterset_class = FindingFilter
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return CriterionFinding.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(FindingIn(data=request.data, context={"program": self.program}))
        accounts = Account.objects.in_program(self.program).select_related("program", "verdict")
        account = accounts.filter(pk=given["account_id"]).first()
        if account is None:
            raise refused("account_id", "There is no such account.")
        line = criterion_of(account, given["criterion"])
        if line is None:
            raise refused("criterion", "The profile in force has no such criterion to check.")
        try:
            with transaction.atomic():
                hint(judge_changed, program_id=self.program.pk)
                finding = done(
                    lambda: record_finding(
                        account=account,
                        checked=checked_as(line),
                        outcome=given["outcome"],
                        seen=given["seen"],
                        values=given["value"],
                        by=self.person,
                    )
                )
        except FactsRejected as rejected:
            raise refused_facts(rejected.errors, "value") from rejected
        return Response(FindingOut(finding).data, status=201)


@extend_schema_view(get=extend_schema(summary="One finding", operation_id="findings_get"))
class FindingView(DetailView):
    tag = "field"
    serializer_class = FindingOut

    def rows(self) -> QuerySet[Any]:
        return CriterionFinding.objects.in_program(self.program)


class WithdrawView(DetailView):
    tag = "field"
    http_method_names = ("post", "head", "options")
    serializer_class = FindingOut

    def rows(self) -> QuerySet[Any]:
        return CriterionFinding.objects.in_program(self.program)

    @extend_schema(
        summary="Withdraw a finding",
        description=(
            "The facts become what they were before, where nobody changed them since, and lists may"
            " write them again. One that is withdrawn stays so."
        ),
        operation_id="findings_withdraw",
        request=None,
        responses=FindingOut,
    )
    def post(self, request: Request, pk: int) -> Response:
        try:
            with transaction.atomic():
                hint(judge_changed, program_id=self.program.pk)
                row = withdraw_finding(finding=self.get_object(), by=self.person)
        except FactsRejected as rejected:
            raise refused_facts(rejected.errors, "value") from rejected
        return Response(FindingOut(row).data)
