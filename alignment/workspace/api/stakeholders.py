"""`/stakeholders/`: people, their addresses and phones, and whether they may be contacted."""

from typing import Any, cast

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions.stakeholders import update_stakeholder
from accounts.api.batches import refuse_unless_any, report
from accounts.api.filters import StakeholderFilter
from accounts.api.serializers import StakeholderOut
from accounts.models import Consent, EmailAddress, Phone, Stakeholder
from accounts.rules.facts import FactsRejected, StakeholderFacts, Upserted
from accounts.rules.stakeholders import AT, NEW_ROW
from alignment.core.hints import hint
from alignment.core.rest.filters import BY_CHANGE
from alignment.core.rest.moments import parse_moment
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from alignment.people.models import Program
from alignment.scoring.tasks import judge_changed

from .arrivals import enter_people
from .schemas import STAKEHOLDER_EXAMPLES, StakeholderBatch, StakeholderIn, upsert_responses
from .upserts import SOURCE, Rows, one_of, refused_facts, rows_of, upsert

# PUT clears the fields it does not name. It keeps where a row came from, and must not lift a "do
# not contact" by omission.
REPLACED = AT.keys() - {
    "account_id",
    "source",
    "external_id",
    "do_not_contact",
    "do_not_contact_reason",
}


def stakeholders_of(program: Program) -> QuerySet[Stakeholder]:
    rows = Stakeholder.objects.in_program(program)
    return rows.prefetch_related(
        Prefetch("emails", EmailAddress.objects.in_program(program).order_by("-is_primary", "id")),
        Prefetch("phones", Phone.objects.in_program(program).order_by("id")),
        Prefetch("consents", Consent.objects.in_program(program).order_by("channel")),
    )


@extend_schema_view(
    get=extend_schema(summary="List stakeholders", operation_id="stakeholders_list"),
    post=extend_schema(
        summary="Create or change stakeholders",
        description=(
            "One person, or up to 1,000 as `items`. A person is found by `external_id`, else by any"
            " of the `emails`. Only given fields change; null clears; addresses and phones are"
            " added to those known, and go where `remove_emails` and `remove_phones` name them. The account is named by one of `account_id`,"
            " `account_external_id`, `account_domain` or `account_name` (the latter two create it),"
            " else found by the domain of an address. A new person gets an open lead."
        ),
        operation_id="stakeholders_upsert",
        request=StakeholderBatch,
        responses=upsert_responses(StakeholderOut),
        examples=STAKEHOLDER_EXAMPLES,
    ),
)
class StakeholdersView(ListView):
    tag = "stakeholders"
    serializer_class = StakeholderOut
    filterset_class = StakeholderFilter
    keeps_replies = True
    checks_texts = True
    orders = BY_CHANGE

    def rows(self) -> QuerySet[Any]:
        return stakeholders_of(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = rows_of(request.data)
        results = self._upsert(given)
        refuse_unless_any(results)
        if given.batch:
            return Response(report(results))
        person = self.rows().get(pk=results[0]["id"])
        status = 201 if results[0]["outcome"] == "created" else 200
        return Response(StakeholderOut(person).data, status=status)

    @transaction.atomic
    def _upsert(self, given: Rows) -> list[dict[str, Any]]:
        hint(judge_changed, program_id=self.program.pk)
        return upsert(given, self._enter)

    def _enter(self, rows: list[dict[str, Any]]) -> list[Upserted]:
        facts = [cast("StakeholderFacts", with_moments(row)) for row in rows]
        return enter_people(program=self.program, rows=facts, by=self.person, source=SOURCE)


@extend_schema_view(
    get=extend_schema(summary="One stakeholder", operation_id="stakeholders_get"),
    patch=extend_schema(
        summary="Change some facts of a stakeholder",
        operation_id="stakeholders_change",
        request=StakeholderIn,
        responses=StakeholderOut,
    ),
    put=extend_schema(
        summary="Replace the facts of a stakeholder",
        description=(
            "What is not given is cleared, but for `source`, `external_id`, the account and"
            " `do_not_contact` with its reason."
            " Addresses, phones and consents are added to those known; `remove_emails` and"
            " `remove_phones` take away."
        ),
        operation_id="stakeholders_replace",
        request=StakeholderIn,
        responses=StakeholderOut,
    ),
)
class StakeholderView(DetailView):
    tag = "stakeholders"
    serializer_class = StakeholderOut

    def rows(self) -> QuerySet[Any]:
        return stakeholders_of(self.program).select_related("program")

    def patch(self, request: Request, pk: int) -> Response:
        return self._change(one_of(request.data))

    def put(self, request: Request, pk: int) -> Response:
        cleared = {name: NEW_ROW[AT[name]] for name in REPLACED}
        return self._change({**cleared, **one_of(request.data)})

    def _change(self, facts: dict[str, Any]) -> Response:
        person = self.get_object()
        given = cast("StakeholderFacts", with_moments(facts))
        try:
            with transaction.atomic():
                hint(judge_changed, program_id=self.program.pk)
                update_stakeholder(stakeholder=person, facts=given, by=self.person)
        except FactsRejected as rejected:
            raise refused_facts(rejected.errors) from rejected
        return Response(self.get_serializer(self.get_object()).data)


def with_moments(row: dict[str, Any]) -> dict[str, Any]:
    """The row with parsed dates of consents; the facts' rules refuse invalid ones."""
    consents = row.get("consents")
    if not isinstance(consents, list):
        return row
    return {**row, "consents": [_with_moment(consent) for consent in consents]}


def _with_moment(consent: Any) -> Any:
    if not isinstance(consent, dict) or not isinstance(consent.get("given_at"), str):
        return consent
    try:
        moment = parse_moment(consent["given_at"])
    except ValueError:
        return consent
    return {**consent, "given_at": moment}
