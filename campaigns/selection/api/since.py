"""`/selection/changes/`: how the list differs from the last confirmed one."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alignment.people.api_views import ProgramApiView

from ..queries.settings import settings_of
from ..queries.since import Change, Happened, changes_since
from ..queries.targets import last_confirmed, shown_targets
from .schemas import ListedOut, SessionOut, TargetOut

PARTS = ("tier", "marketing_owner", "sales_owner", "play")


class ListLeftOut(serializers.Serializer[Change]):
    """A line of the confirmed list whose account is no longer on the list."""

    was = ListedOut()
    left_at = serializers.DateTimeField(
        source="ended.left_at", default=None, help_text="Null: the account itself is gone."
    )
    left_because = serializers.CharField(source="ended.left_because", default="")


class ListPartOut(serializers.Serializer[Any]):
    """As texts, like those that a confirmed list stores; an empty text means none."""

    part = serializers.ChoiceField(choices=PARTS)
    was = serializers.CharField()
    now = serializers.CharField()


class ListChangedOut(serializers.Serializer[Change]):
    """An account on both lists with a different tier, owner or play."""

    target = TargetOut(source="now")
    parts = serializers.SerializerMethodField()

    @extend_schema_field(ListPartOut(many=True))
    def get_parts(self, change: Change) -> list[dict[str, str]]:
        return [{"part": part, "was": was, "now": now} for part, (was, now) in change.parts.items()]


class ListHappenedOut(serializers.Serializer[Happened]):
    """An account of the list to which something happened; the next session will review it."""

    target = TargetOut()
    reasons = serializers.ListField(
        child=serializers.DictField(),
        help_text=(
            "`code`: `flipped` with `was` and `now`, the verdict; `quiet` with `days` without engagement;"
            " `surge` with the `topic`, which began to surge since, or did so anew."
        ),
    )


class ListChangesOut(serializers.Serializer[Any]):
    """If `left`, `joined` and `changed` are empty, the list is the confirmed one, or no list was
    ever confirmed.
    """

    session = SessionOut(allow_null=True, help_text="That confirmed the list compared with.")
    left = ListLeftOut(many=True)
    joined = TargetOut(many=True)
    changed = ListChangedOut(many=True)
    happened = ListHappenedOut(many=True)


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
        session = last_confirmed(self.program)
        since = changes_since(
            session,
            shown_targets(self.program),
            now=timezone.now(),
            settings=settings_of(self.program),
        )
        shown = {
            "session": session,
            "left": since.left,
            "joined": [change.now for change in since.joined],
            "changed": since.changed,
            "happened": since.happened,
        }
        return Response(ListChangesOut(shown).data)
