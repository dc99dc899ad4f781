"""The journal."""

import json
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.duplicates.queries import of_today
from accounts.models import JournalKind
from alignment.core.addresses import HIGHEST_ID
from alignment.core.rest.pages import (
    HIGHEST_LIMIT,
    limit_of,
    read_cursor,
    write_cursor,
)
from alignment.people.api_views import ProgramApiView
from alignment.people.models import Program

from .journal import JournalRow, Place, settled_events
from .serializers import JournalOut, JournalPage

_ROWS = ("account_id", "stakeholder_id", "lead_id")
_ID = {"type": "integer", "minimum": 1, "maximum": HIGHEST_ID}


class EventsView(ProgramApiView):
    tag = "events"
    asks = ("cursor", "limit", "kind", *_ROWS)
    repeats = ("kind",)
    serializer_class = JournalOut
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        summary="Read the journal",
        description=(
            "What happened, oldest first, each event once. Keep `cursor` and send it with the next"
            " request: it also works hours later, and no event is missed, in whatever order they"
            " were committed. A new event appears as soon as no older transaction is still open."
        ),
        operation_id="events_list",
        parameters=[
            OpenApiParameter("cursor", str, description="`cursor` of the reply before."),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": HIGHEST_LIMIT, "default": 50},
                description="Events in a reply.",
            ),
            OpenApiParameter(
                "kind", str, many=True, enum=JournalKind.values, description="May be repeated."
            ),
            OpenApiParameter(
                "account_id",
                _ID,
                description="Id of the account, also of one that was merged into it.",
            ),
            OpenApiParameter("stakeholder_id", _ID, description="Id of the stakeholder."),
            OpenApiParameter("lead_id", _ID, description="Id of the lead."),
        ],
        responses=JournalPage,
    )
    def get(self, request: Request) -> Response:
        limit, place = limit_of(request), _place_of(request)
        only = _only(request, self.program)
        part = settled_events(self.program, after=place, limit=limit, only=only)
        return Response(
            {
                "items": [_event(row) for row in part.rows],
                "cursor": write_cursor(part.after.txid, part.after.id),
                "more": part.more,
            }
        )


def _place_of(request: Request) -> Place:
    text = request.query_params.get("cursor")
    return Place(*read_cursor(text, int, int)) if text else Place()


def _only(request: Request, program: Program) -> dict[str, Any]:
    only: dict[str, Any] = {}
    kinds = request.query_params.getlist("kind")
    unknown = set(kinds) - set(JournalKind.values)
    if unknown:
        raise ValidationError({"kind": "One of " + ", ".join(JournalKind.values) + "."})
    if kinds:
        only["kind"] = kinds
    for name in _ROWS:
        text = request.query_params.get(name)
        if text is not None:
            only[name] = _row_id(name, text)
    if "account_id" in only:
        only["account_id"] = of_today(program, [only["account_id"]])[0]
    return only


def _row_id(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and 0 < int(text) <= HIGHEST_ID):
        raise ValidationError({name: "The id of a row: a positive whole number."})
    return int(text)


def _event(row: JournalRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "at": row.at,
        "account_id": row.account_id,
        "stakeholder_id": row.stakeholder_id,
        "lead_id": row.lead_id,
        "actor_id": row.actor_id,
        "cause": json.loads(row.cause),
        "detail": json.loads(row.detail),
    }
