"""`/selection/changes/`: how the list differs from the one that both sides confirmed last."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.core.rest.filters import refuse_unknown
from alignment.people.api_views import ProgramApiView

from ..queries.since import Change, changes_since
from ..queries.targets import last_confirmed, shown_targets
from .schemas import ListedOut, SessionOut, TargetOut

PARTS = ("tier", "marketing_owner", "sales_owner", "play")


class ListLeftOut(serializers.Serializer[Change]):
    """A line of the confirmed list whose account is on the list no more."""

    was = ListedOut()
    left_at = serializers.DateTimeField(
        source="ended.left_at", default=None, help_text="Null: the account itself is gone."
    )
    left_because = serializers.CharField(source="ended.left_because", default="")


class ListPartOut(serializers.Serializer[Any]):
    """In words, as a confirmed list keeps them; empty: none."""

    part = serializers.ChoiceField(choices=PARTS)
    was = serializers.CharField()
    now = serializers.CharField()


class ListChangedOut(serializers.Serializer[Change]):
    """An account of both lists that is worked otherwise than was confirmed."""

    target = TargetOut(source="now")
    parts = serializers.SerializerMethodField()

    @extend_schema_field(ListPartOut(many=True))
    def get_parts(self, change: Change) -> list[dict[str, str]]:
        return [{"part": part, "was": was, "now": now} for part, (was, now) in change.parts.items()]


class ListChangesOut(serializers.Serializer[Any]):
    """Three empty lists: it is the list that both sides confirmed, or they never confirmed one."""

    session = SessionOut(allow_null=True, help_text="That confirmed the list compared with.")
    left = ListLeftOut(many=True)
    joined = TargetOut(many=True)
    changed = ListChangedOut(many=True)


@extend_schema_view(
    get=extend_schema(
        summary="What changed since the list was confirmed",
        operation_id="selection_changes_get",
        responses=ListChangesOut,
    )
)
class ChangesView(ProgramApiView):
    tag = "targets"
    filter_backends = ()
    serializer_class = ListChangesOut

    def get(self, request: Request) -> Response:
        refuse_unknown(request, ())
        session = last_confirmed(self.program)
        since = changes_since(session, shown_targets(self.program))
        shown = {
            "session": session,
            "left": since.left,
            "joined": [change.now for change in since.joined],
            "changed": since.changed,
        }
        return Response(ListChangesOut(shown).data)
