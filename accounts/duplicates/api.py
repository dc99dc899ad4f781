"""`/duplicates/`: pairs that may be one company, and merging two accounts."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account
from accounts.rules.facts import FactsRejected
from alignment.core.rest import filters
from alignment.core.rest.ids import IdField
from alignment.core.rest.refusals import done, refused
from alignment.core.rest.views import checked
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.idempotency import idempotent

from .actions.finding import find_duplicates
from .actions.merging import keep_apart, merge
from .models import DuplicatePair, Merge
from .queries import open_pairs, went_to
from .rules import GROUPS


class DuplicateOut(serializers.ModelSerializer[DuplicatePair]):
    first_id = serializers.IntegerField()
    second_id = serializers.IntegerField()

    class Meta:
        model = DuplicatePair
        ref_name = "Duplicate"
        fields = ("id", "first_id", "second_id", "similarity", "ground", "state", "found_at")


class DuplicateFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=DuplicatePair.State.choices, label="State")

    class Meta:
        model = DuplicatePair
        fields: tuple[str, ...] = ()


class MergeFilter(filters.FilterSet):
    gone_id = filters.IdFilter(field_name="gone_id", label="Id of the account that is no more")

    class Meta:
        model = Merge
        fields: tuple[str, ...] = ()


class MergeIn(serializers.Serializer[Any]):
    survivor_id = IdField()
    gone_id = IdField()
    take = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(GROUPS)),
        required=False,
        default=list,
        help_text="Facts that the survivor takes from the account that goes.",
    )


class MergeOut(serializers.ModelSerializer[Merge]):
    survivor_id = serializers.IntegerField()
    moved = serializers.DictField(help_text="Rows that moved along, by kind.")

    class Meta:
        model = Merge
        ref_name = "Merge"
        fields = ("id", "survivor_id", "gone_id", "gone_name", "moved", "at")


class SearchOut(serializers.Serializer[Any]):
    job_id = serializers.IntegerField(help_text="See `/jobs/{id}/`.")


@extend_schema_view(
    get=extend_schema(summary="List possible duplicates", operation_id="duplicates_list")
)
class DuplicatesView(ListView):
    tag = "duplicates"
    serializer_class = DuplicateOut
    filterset_class = DuplicateFilter

    def rows(self) -> QuerySet[Any]:
        return DuplicatePair.objects.in_program(self.program)


@extend_schema_view(
    get=extend_schema(summary="One possible duplicate", operation_id="duplicates_get")
)
class DuplicateView(DetailView):
    tag = "duplicates"
    serializer_class = DuplicateOut

    def rows(self) -> QuerySet[Any]:
        return DuplicatePair.objects.in_program(self.program)


class ApartView(DetailView):
    tag = "duplicates"
    http_method_names = ("post", "head", "options")
    serializer_class = DuplicateOut

    def rows(self) -> QuerySet[Any]:
        return open_pairs(self.program)

    @extend_schema(
        summary="Say that they are two companies",
        operation_id="duplicates_apart",
        request=None,
        responses=DuplicateOut,
    )
    def post(self, request: Request, pk: int) -> Response:
        pair = self.get_object()
        keep_apart(pair=pair, by=self.person)
        pair.refresh_from_db()
        return Response(DuplicateOut(pair).data)


class SearchView(ProgramApiView):
    tag = "duplicates"
    serializer_class = SearchOut

    @extend_schema(
        summary="Search for duplicates",
        description="Answers with the job; the one under way, if there is one.",
        operation_id="duplicates_search",
        request=None,
        responses={202: SearchOut},
    )
    def post(self, request: Request) -> Response:
        job = find_duplicates(program=self.program, by=self.person)
        return Response({"job_id": job.pk}, status=202)


@extend_schema_view(
    get=extend_schema(summary="List merges", operation_id="merges_list"),
    post=extend_schema(
        summary="Merge two accounts",
        description=(
            "People, leads and all else of the account that goes move along; the survivor is judged"
            " again. A place on the target list that both have is left with a dated reason, a play that"
            " runs on both goes on once, an open session votes on the survivor; confirmed sessions stay"
            " as they were. It cannot be undone; its facts stay readable in the merge."
        ),
        operation_id="merges_create",
        request=MergeIn,
        responses={201: MergeOut},
    ),
)
class MergesView(ListView):
    tag = "duplicates"
    serializer_class = MergeOut
    filterset_class = MergeFilter
    keeps_replies = True

    def rows(self) -> QuerySet[Any]:
        return Merge.objects.in_program(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = checked(MergeIn(data=request.data))
        survivor, gone = (self._account(given, name) for name in ("survivor_id", "gone_id"))
        try:
            with transaction.atomic():
                done(
                    lambda: merge(survivor=survivor, gone=gone, take=given["take"], by=self.person),
                    gone="gone_id",
                )
        except FactsRejected as rejected:
            raise refused("take", " ".join(e.message for e in rejected.errors)) from rejected
        row = Merge.objects.in_program(self.program).get(gone_id=given["gone_id"])
        return Response(MergeOut(row).data, status=201)

    def _account(self, given: dict[str, Any], name: str) -> Account:
        rows = Account.objects.in_program(self.program)
        found = rows.filter(pk=given[name]).first()
        if found is None:
            stays = went_to(self.program, given[name])
            merged = f"It was merged into account {stays}."
            raise refused(name, merged if stays else "There is no such account.")
        return found


@extend_schema_view(get=extend_schema(summary="One merge", operation_id="merges_get"))
class MergeView(DetailView):
    tag = "duplicates"
    serializer_class = MergeOut

    def rows(self) -> QuerySet[Any]:
        return Merge.objects.in_program(self.program)
