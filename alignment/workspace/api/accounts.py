"""`/accounts/`: companies with the verdict of the ICP in force."""

from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions.accounts import update_account, upsert_accounts
from accounts.api.batches import refuse_unless_any, report
from accounts.duplicates.queries import went_to
from accounts.models import Account
from accounts.rules.accounts import CLEANERS, EMPTY
from accounts.rules.facts import AccountFacts, FactsRejected, Upserted
from alignment.core.hints import hint
from alignment.core.rest.filters import BY_CHANGE
from alignment.core.rest.problems import Problem
from alignment.people.api_views import DetailView, ListView
from alignment.people.idempotency import idempotent
from alignment.people.models import Program
from alignment.scoring.account_score.queries import ORDER as SCORE_ORDER
from alignment.scoring.account_score.queries import ranked
from alignment.scoring.tasks import judge_changed

from .filters import JudgedAccountFilter
from .schemas import (
    ACCOUNT_EXAMPLES,
    MERGED,
    AccountBatch,
    AccountDetail,
    AccountIn,
    AccountRow,
    upsert_responses,
)
from .upserts import SOURCE, Rows, one_of, refused_facts, rows_of, upsert

# PUT clears the fields it does not name, except those that say where a row came from.
REPLACED = CLEANERS.keys() - {"owner_id", "owner_email", "source", "external_id", "name"}
# Equal scores are ordered by id, so that pages do not overlap.
BY_SCORE = {"-score": tuple(f"-{column}" for column in SCORE_ORDER), "score": SCORE_ORDER}


def accounts_of(program: Program) -> QuerySet[Account]:
    return Account.objects.in_program(program).select_related(
        "owner", "verdict", "account_score", "intent"
    )


@extend_schema_view(
    get=extend_schema(
        summary="List accounts",
        description=(
            "`order=-score` is the order of the page, the best first. By score, an account that has"
            " none yet (for seconds after it is made) is left out."
        ),
        operation_id="accounts_list",
    ),
    post=extend_schema(
        summary="Create or change accounts",
        description=(
            "One account, or up to 1,000 as `items`. An account is found by its `external_id`, else"
            " its `domain`, else, without a domain, by name and city. Only given fields change;"
            " null clears. A single account is answered with itself (201 when it is new), a batch"
            " with a result per row. Numbers are closed ranges: an exact number is given twice."
            " The verdict follows within seconds."
        ),
        operation_id="accounts_upsert",
        request=AccountBatch,
        responses=upsert_responses(AccountDetail),
        examples=ACCOUNT_EXAMPLES,
    ),
)
class AccountsView(ListView):
    tag = "accounts"
    serializer_class = AccountRow
    filterset_class = JudgedAccountFilter
    keeps_replies = True
    checks_texts = True
    orders = {**BY_CHANGE, **BY_SCORE}

    def rows(self) -> QuerySet[Any]:
        return accounts_of(self.program)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        is_by_score = self.request.query_params.get("order") in BY_SCORE
        return ranked(self.program, rows) if is_by_score else rows

    @idempotent
    def post(self, request: Request) -> Response:
        given = rows_of(request.data)
        results = self._upsert(given)
        refuse_unless_any(results)
        if given.batch:
            return Response(report(results))
        account = self.rows().get(pk=results[0]["id"])
        status = 201 if results[0]["outcome"] == "created" else 200
        return Response(AccountDetail(account).data, status=status)

    @transaction.atomic
    def _upsert(self, given: Rows) -> list[dict[str, Any]]:
        hint(judge_changed, program_id=self.program.pk)
        return upsert(given, self._upsert_rows)

    def _upsert_rows(self, rows: list[dict[str, Any]]) -> list[Upserted]:
        facts = cast("list[AccountFacts]", rows)
        return upsert_accounts(program=self.program, rows=facts, by=self.person, source=SOURCE)


@extend_schema_view(
    get=extend_schema(
        summary="One account, with its verdict criterion by criterion",
        operation_id="accounts_get",
        responses={200: AccountDetail, **MERGED},
    ),
    patch=extend_schema(
        summary="Change some facts of an account",
        operation_id="accounts_change",
        request=AccountIn,
        responses={200: AccountDetail, **MERGED},
    ),
    put=extend_schema(
        summary="Replace the facts of an account",
        description="What is not given is cleared. `source`, `external_id` and the owner stay.",
        operation_id="accounts_replace",
        request=AccountIn,
        responses={200: AccountDetail, **MERGED},
    ),
)
class AccountView(DetailView):
    tag = "accounts"
    serializer_class = AccountDetail

    def rows(self) -> QuerySet[Any]:
        return accounts_of(self.program).select_related("program")

    def get_object(self) -> Any:
        try:
            return super().get_object()
        except Http404:
            self._refuse_merged()
            raise

    def _refuse_merged(self) -> None:
        """A change meant for the account that went is not made to the one that stayed."""
        survivor = went_to(self.program, self.kwargs["pk"])
        if survivor is not None:
            text = f"This account was merged into account {survivor}."
            raise Problem(410, text, more={"merged_into_id": survivor})

    def patch(self, request: Request, pk: int) -> Response:
        return self._change(one_of(request.data))

    def put(self, request: Request, pk: int) -> Response:
        given = one_of(request.data)
        cleared = {name: EMPTY.get(name) for name in REPLACED}
        return self._change({"name": None, **cleared, **given})

    def _change(self, facts: dict[str, Any]) -> Response:
        account = self.get_object()
        try:
            with transaction.atomic():
                hint(judge_changed, program_id=self.program.pk)
                update_account(account=account, facts=cast("AccountFacts", facts), by=self.person)
        except FactsRejected as rejected:
            raise refused_facts(rejected.errors) from rejected
        return Response(self.get_serializer(self.get_object()).data)
