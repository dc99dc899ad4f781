"""Problem responses for touches that collide, with alternative places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from rest_framework import serializers

from alignment.core.rest import Problem
from alignment.core.rest.refusals import invalid
from alignment.core.rest.schema import ProblemBody
from alignment.people.models import Program

from ..actions.refusals import Collides, NotPlanned, TouchChanged, TouchRefused
from ..queries.conflict_words import describe
from ..rules.conflicts import Conflict, Kind
from ..rules.slots import Slot

T = TypeVar("T")
# Fields of touches that have another name in request bodies.
_SENT_AS = {
    "account": "account_id",
    "asset": "asset_id",
    "campaign": "campaign_id",
    "follows": "follows_id",
    "people": "stakeholder_ids",
}


class ConflictOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=[str(kind) for kind in Kind])
    is_hard = serializers.BooleanField(help_text="No reason helps.")
    text = serializers.CharField(help_text="A sentence for people.")
    stakeholder_id = serializers.IntegerField(
        source="person_id", allow_null=True, help_text="Whom it concerns."
    )
    touch_id = serializers.IntegerField(
        source="other_id", allow_null=True, help_text="The touch in the way."
    )
    who = serializers.CharField(source="other_who", help_text="Who does that touch.")
    side = serializers.CharField(source="other_side")
    starts_at = serializers.DateTimeField(source="other_starts_at", allow_null=True)
    count = serializers.IntegerField(help_text="Touches in the fullest window, for caps.")

    class Meta:
        ref_name = "Conflict"


class FreeSlotOut(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField(source="starts")
    ends_at = serializers.DateTimeField(source="ends")

    class Meta:
        ref_name = "FreeSlot"


class CollisionProblem(ProblemBody):
    """A touch that collides: its conflicts, and the nearest free places before and after."""

    needs_reason: Any = serializers.BooleanField(
        required=False, help_text="Send it again with `override_reason`, or take a free place."
    )
    conflicts: Any = ConflictOut(many=True, required=False)
    free: Any = FreeSlotOut(many=True, required=False)
    updated_at: Any = serializers.DateTimeField(
        required=False, help_text="Of the touch now, where somebody changed it after `seen`."
    )

    class Meta:
        ref_name = "CollisionProblem"


def collision_data(
    program: Program, conflicts: Sequence[Conflict], free: Sequence[Slot]
) -> dict[str, Any]:
    """Conflicts and free places as sent in responses."""
    return {
        "conflicts": ConflictOut(describe(program, conflicts), many=True).data,
        "free": FreeSlotOut(free, many=True).data,
    }


def done(program: Program, action: Callable[[], T]) -> T:
    """The result of an action; its refusals become a 409 or a 422."""
    try:
        return action()
    except ValidationError as wrong:
        raise invalid(wrong, _SENT_AS) from wrong
    except TouchChanged as changed:
        text = "Somebody changed this touch since you read it: read it again."
        now = {"updated_at": changed.touch.updated_at}
        raise Problem(409, text, more=now) from changed
    except NotPlanned as late:
        raise Problem(409, "The state of this touch does not allow that.") from late
    except Collides as refused:
        is_hard = isinstance(refused, TouchRefused)
        sentence = (
            "It collides with what is planned already."
            if is_hard
            else "It collides; say why it is planned all the same, or take another place."
        )
        more = {
            "needs_reason": not is_hard,
            **collision_data(program, refused.conflicts, refused.free),
        }
        raise Problem(409, sentence, more=more) from refused
