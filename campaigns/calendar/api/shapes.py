"""API schemas of touches."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.references import OfAccount
from alignment.core.rest.ids import IdField
from alignment.core.rest.moments import ZonedDateTimeField
from alignment.core.rest.schema import example
from alignment.people.models import Side
from campaigns.library.models import TouchChannel

from ..models import OURS, Touch
from .refusals import ConflictOut, FreeSlotOut

MOST_PEOPLE = 200


class TouchOut(serializers.ModelSerializer[Touch]):
    account_id = serializers.IntegerField()
    account_name = serializers.CharField(source="account.name")
    stakeholder_ids = serializers.SerializerMethodField(help_text="Whom it reaches.")
    who = serializers.EmailField(source="who.email", default=None, allow_null=True)
    asset_id = serializers.IntegerField(allow_null=True)
    campaign_id = serializers.IntegerField(allow_null=True)
    follows_id = serializers.IntegerField(allow_null=True, help_text="The touch that it takes up.")
    thread = serializers.IntegerField(help_text="Id of the first touch of its thread.")
    overridden = serializers.ListField(
        child=serializers.CharField(), help_text="Kinds of conflicts it was planned in spite of."
    )
    overridden_by = serializers.EmailField(
        source="overridden_by.email", default=None, allow_null=True
    )

    class Meta:
        model = Touch
        ref_name = "Touch"
        fields = (
            "id",
            "account_id",
            "account_name",
            "stakeholder_ids",
            "is_whole_committee",
            "channel",
            "side",
            "who",
            "starts_at",
            "ends_at",
            "message",
            "say",
            "asset_id",
            "campaign_id",
            "follows_id",
            "thread",
            "state",
            "result",
            "result_note",
            "done_at",
            "skipped_because",
            "overridden",
            "override_reason",
            "overridden_by",
            "source",
            "external_id",
            "created_at",
            "updated_at",
        )

    def get_stakeholder_ids(self, touch: Touch) -> list[int]:
        return sorted(person.stakeholder_id for person in touch.people.all())


def foreign_source(value: str) -> str:
    """Raises `ValidationError` for a name by which we mean ourselves."""
    if value == OURS or value.startswith(f"{OURS}:"):
        raise serializers.ValidationError("This name is taken.")
    return value


class OfSource(serializers.Serializer[Any]):
    """Where a touch comes from, and by what id it is known there."""

    source: Any = serializers.CharField(
        max_length=60,
        required=False,
        allow_blank=True,
        help_text="The tool; it names itself so always.",
    )
    external_id = serializers.CharField(
        max_length=120,
        required=False,
        allow_null=True,
        help_text="The tool's own id: one touch of the program has it. Needs `source`.",
    )

    def validate_source(self, value: str) -> str:
        return foreign_source(value)


class PlanIn(serializers.Serializer[Any]):
    """The fields of a touch that can be set when it is planned, and later."""

    stakeholder_ids = serializers.ListField(
        child=IdField(),
        required=False,
        max_length=MOST_PEOPLE,
        help_text="Whom it reaches, at the account.",
    )
    is_whole_committee = serializers.BooleanField(
        required=False,
        help_text="Everybody with a buying role, as of now, instead of `stakeholder_ids`.",
    )
    channel = serializers.ChoiceField(choices=TouchChannel.choices)
    who = serializers.EmailField(
        required=False, allow_null=True, help_text="Address of a member of the program."
    )
    side = serializers.ChoiceField(
        choices=Side.choices,
        required=False,
        help_text="Only counts where nobody of a team does it; else it is that of `who`.",
    )
    starts_at = ZonedDateTimeField()
    ends_at = ZonedDateTimeField(help_text="At most 92 days later.")
    message = serializers.CharField(max_length=200, required=False, allow_blank=True)
    say = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    asset_id = IdField(required=False, allow_null=True)
    campaign_id = IdField(required=False, allow_null=True)
    follows_id = IdField(
        required=False, allow_null=True, help_text="A touch of the account that this takes up."
    )


class TouchCheckIn(OfAccount, PlanIn):
    """A touch that is not planned yet."""


class TouchIn(OfSource, TouchCheckIn):
    override_reason = serializers.CharField(
        max_length=300,
        required=False,
        allow_blank=True,
        default="",
        help_text="Why it is planned although it collides softly; the other team sees it.",
    )


PLANNED = example(
    "A call to one person",
    {
        "source": "crm",
        "external_id": "00T5e00001",
        "account_id": 42,
        "stakeholder_ids": [77],
        "channel": "call",
        "who": "marcus@entente.example",
        "starts_at": "2026-12-08T10:00:00-05:00",
        "ends_at": "2026-12-08T10:30:00-05:00",
        "message": "What a day of standstill costs",
    },
    request_only=True,
)


class TouchChange(OfSource, PlanIn):
    """Only the fields sent are changed. `starts_at` alone moves the touch and keeps its length."""

    override_reason = serializers.CharField(
        max_length=300, required=False, allow_blank=True, default=""
    )
    seen = ZonedDateTimeField(
        required=False,
        help_text="Its `updated_at` as you read it: 409 if somebody changed it since.",
    )
    rest_moves = serializers.BooleanField(
        required=False,
        default=True,
        help_text="Later touches of its thread move by as many business days.",
    )


class TouchDoneIn(serializers.Serializer[Any]):
    result = serializers.ChoiceField(
        choices=Touch.Result.choices, required=False, allow_blank=True, default=""
    )
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")
    done_at = ZonedDateTimeField(required=False, default=None, help_text="Now, if left out.")


class TouchResultIn(serializers.Serializer[Any]):
    result = serializers.ChoiceField(choices=Touch.Result.choices)
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default=None)


class TouchSkipIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class VerdictOut(serializers.Serializer[Any]):
    """The conflicts that a touch would have; nothing was written."""

    may_plan = serializers.BooleanField(help_text="Nothing hard stands against it.")
    needs_reason = serializers.BooleanField()
    conflicts: Any = ConflictOut(many=True)
    free: Any = FreeSlotOut(many=True)

    class Meta:
        ref_name = "TouchVerdict"
