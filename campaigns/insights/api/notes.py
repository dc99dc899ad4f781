"""`/notes/`: what was said, written by people or sent by a call recorder."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.references import OfAccountFilter
from accounts.models import Account, Lead, Stakeholder
from alignment.core.rest import filters
from alignment.core.rest.problems import refuse_missing
from alignment.core.rest.refusals import done, refused
from alignment.core.rest.schema import example
from alignment.core.rest.views import checked, upsert_status
from alignment.people.api_views import DetailView, ListView, ProgramApiView
from alignment.people.idempotency import idempotent
from alignment.people.models import Membership, ProgramOwned
from alignment.people.permissions import Permission, Scope
from campaigns.calendar.models import Touch
from campaigns.opportunities.models import Opportunity

from ..actions.notes import change_note, remove_note, write_note
from ..models import Note
from ..queries.notes import having, notes_in
from .schemas import NoteChange, NoteIn, NoteOut, NoteRow

# Names in the API of fields that the actions name differently.
NAMES = {
    "account": "account_id",
    "opportunity": "opportunity_id",
    "touch": "touch_id",
    "lead": "lead_id",
    "who": "who_id",
    "people": "stakeholder_ids",
    "topic": "topic_id",
    "asset": "asset_id",
}
ROWS: dict[str, tuple[type[ProgramOwned], str]] = {
    "account": (Account, "There is no such account."),
    "opportunity": (Opportunity, "There is no such opportunity."),
    "touch": (Touch, "There is no such touch."),
    "lead": (Lead, "There is no such lead."),
}


class WorksInsights(ProgramApiView):
    tag = "insights"
    write_scope = Scope.DEALS_WRITE
    write_permission = Permission.WORK_DEALS

    def named(self, model: type[Any], name: str, pk: int | None, text: str) -> Any:
        """The row of this program that a field of the body refers to; None for null."""
        if pk is None:
            return None
        found = model.objects.in_program(self.program).filter(pk=pk).first()
        if found is None:
            raise refused(name, text)
        return found

    def note(self) -> Note:
        """The note in the URL; 404 for one of another program."""
        found = Note.objects.in_program(self.program).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def with_rows(self, given: dict[str, Any]) -> dict[str, Any]:
        """Replace ids by the rows that the actions expect."""
        values = dict(given)
        for name, (model, text) in ROWS.items():
            field = f"{name}_id"
            if field in values:
                values[name] = self.named(model, field, values.pop(field), text)
        if "who_id" in values:
            values["who"] = self._member(values.pop("who_id"))
        if "stakeholder_ids" in values:
            values["people"] = values.pop("stakeholder_ids")
            ours = Stakeholder.objects.in_program(self.program)
            refuse_missing(values["people"], ours, "There is no such person.", "stakeholder_ids")
        return values

    def _member(self, pk: int | None) -> Any:
        rows = Membership.objects.in_program(self.program).select_related("user")
        member = rows.filter(user=pk).first() if pk else None
        if pk and member is None:
            raise refused("who_id", "There is no such person in the program.")
        return member.user if member else None


class NoteFilter(filters.ChangeFilterSet):
    q = filters.CharFilter(
        method="by_text",
        label='Words in any form, "phrases", -words that must not be there',
        max_length=200,
    )
    account_id = OfAccountFilter()
    opportunity_id = filters.IdFilter(field_name="opportunity", label="Opportunity")
    kind = filters.ChoiceFilter(choices=Note.Kind.choices, label="Kind")
    source = filters.CharFilter(label="The tool it comes from", max_length=60)
    external_id = filters.CharFilter(label="The tool's own id", max_length=120)

    class Meta:
        model = Note
        fields: tuple[str, ...] = ()

    def by_text(self, rows: Any, _name: str, value: str) -> Any:
        return having(rows, value)


@extend_schema_view(
    get=extend_schema(summary="List and search notes", operation_id="notes_list"),
    post=extend_schema(
        summary="Write a note, or change what has the same source and external id",
        operation_id="notes_write",
        request=NoteIn,
        responses={200: NoteOut, 201: NoteOut},
        examples=[
            example(
                "A call that a recorder wrote down",
                {
                    "source": "recorder",
                    "external_id": "call-17",
                    "account_id": 42,
                    "opportunity_id": 119,
                    "kind": "transcript",
                    "at": "2026-11-20T15:04:05Z",
                    "stakeholder_ids": [77],
                    "text": "Jane: The price is too high for one plant.",
                },
                request_only=True,
            )
        ],
    ),
)
class NotesView(WorksInsights, ListView):
    serializer_class = NoteRow
    filterset_class = NoteFilter
    keeps_replies = True
    orders = filters.BY_CHANGE

    def rows(self) -> QuerySet[Any]:
        return notes_in(self.program)

    @idempotent
    def post(self, request: Request) -> Response:
        given = self.with_rows(
            checked(NoteIn(data=request.data, context={"program": self.program}))
        )
        key = {"source": given.get("source", ""), "external_id": given.get("external_id")}
        status = upsert_status(self.rows(), **key)
        note = done(lambda: write_note(by=self.person, **given), **NAMES)
        return Response(NoteOut(note).data, status=status)


@extend_schema_view(
    get=extend_schema(summary="One note", operation_id="notes_get"),
    patch=extend_schema(
        summary="Change a note",
        operation_id="notes_change",
        request=NoteChange,
        responses=NoteOut,
    ),
    delete=extend_schema(
        summary="Remove a note and what it counts",
        operation_id="notes_remove",
        responses={204: None},
    ),
)
class NoteView(WorksInsights, DetailView):
    serializer_class = NoteOut

    def rows(self) -> QuerySet[Any]:
        return Note.objects.in_program(self.program).prefetch_related("people")

    def patch(self, request: Request, pk: int) -> Response:
        given, note = self.with_rows(checked(NoteChange(data=request.data))), self.note()
        changed = done(lambda: change_note(note=note, by=self.person, **given), **NAMES)
        return Response(NoteOut(changed).data)

    def delete(self, request: Request, pk: int) -> Response:
        remove_note(note=self.note(), by=self.person)
        return Response(status=204)
