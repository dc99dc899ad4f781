"""API schemas of promises, escalations and disputes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from ..actions.answers import LONGEST
from ..models import Clock, Dispute, Escalation, SlaSettings
from ..rules.sums import sum_in_words


class ClockOut(serializers.ModelSerializer[Clock]):
    lead_id = serializers.IntegerField()
    event_id = serializers.IntegerField(help_text="The event of the journal that began it.")
    contract = serializers.IntegerField(
        source="version.number", help_text="Number of the contract that it keeps."
    )
    owner_email = serializers.EmailField(source="owner.email", default=None, allow_null=True)
    team = serializers.CharField(source="team.name", default=None, allow_null=True)
    due_in_words = serializers.SerializerMethodField(help_text="The sum behind `due_at`.")
    lag_seconds = serializers.FloatField(
        source="lag_s", help_text="Lost by the machine before the clock was started."
    )
    excused = serializers.SerializerMethodField(
        help_text="The other side granted an excuse; it counts apart."
    )

    class Meta:
        model = Clock
        ref_name = "Clock"
        fields = (
            "id",
            "lead_id",
            "event_id",
            "contract",
            "clause",
            "side",
            "state",
            "owner_email",
            "team",
            "started_at",
            "due_at",
            "due_in_words",
            "met_at",
            "ended_at",
            "level",
            "lag_seconds",
            "recomputed_at",
            "recomputed_because",
            "excused",
            "updated_at",
        )

    def get_due_in_words(self, clock: Clock) -> str:
        return sum_in_words(clock.due_sum, clock.program.time_zone)

    def get_excused(self, clock: Clock) -> bool:
        dispute = getattr(clock, "dispute", None)
        return bool(dispute and dispute.granted)


class EscalationOut(serializers.ModelSerializer[Escalation]):
    clock_id = serializers.IntegerField()
    lead_id = serializers.IntegerField(source="clock.lead_id")
    clause = serializers.CharField(source="clock.clause")
    side = serializers.CharField(source="clock.side")
    acknowledged_by = serializers.EmailField(
        source="acknowledged_by.email", default=None, allow_null=True
    )

    class Meta:
        model = Escalation
        ref_name = "Escalation"
        fields = (
            "id",
            "clock_id",
            "lead_id",
            "clause",
            "side",
            "level",
            "to",
            "due_at",
            "created_at",
            "acknowledged_at",
            "acknowledged_by",
            "answer",
        )


class DisputeOut(serializers.ModelSerializer[Dispute]):
    clock_id = serializers.IntegerField()
    lead_id = serializers.IntegerField(source="clock.lead_id")
    clause = serializers.CharField(source="clock.clause")
    side = serializers.CharField(source="clock.side")
    asked_by = serializers.EmailField(source="asked_by.email", default=None, allow_null=True)
    decided_by = serializers.EmailField(source="decided_by.email", default=None, allow_null=True)

    class Meta:
        model = Dispute
        ref_name = "Dispute"
        fields = (
            "id",
            "clock_id",
            "lead_id",
            "clause",
            "side",
            "reason",
            "asked_by",
            "asked_at",
            "granted",
            "decided_by",
            "decided_at",
            "answer",
        )


class SettingsOut(serializers.ModelSerializer[SlaSettings]):
    class Meta:
        model = SlaSettings
        ref_name = "SlaSettings"
        fields = ("outside_crm",)


class SettingsIn(serializers.Serializer[Any]):
    outside_crm = serializers.BooleanField(
        help_text="An outside CRM confirms updates; else Entente is the CRM."
    )


class AnswerIn(serializers.Serializer[Any]):
    answer = serializers.CharField(max_length=LONGEST, help_text="What will be done.")

    class Meta:
        ref_name = "EscalationAnswer"


class ReasonIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST, help_text="Why it should be excused.")

    class Meta:
        ref_name = "DisputeReason"


class DecisionIn(serializers.Serializer[Any]):
    granted = serializers.BooleanField()
    answer = serializers.CharField(max_length=LONGEST)

    class Meta:
        ref_name = "DisputeDecision"
