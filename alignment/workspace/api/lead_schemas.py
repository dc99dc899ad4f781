"""Schemas of leads and of the explanation of their score."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from accounts.models import Lead, Stage, ValidationCall
from alignment.core.rest.moments import MomentField
from alignment.scoring.explain import Explanation, Line
from alignment.scoring.models import LeadScore

from .event_rows import read_moment
from .event_schemas import PersonRef, Shape


class ScoreBrief(serializers.ModelSerializer[LeadScore]):
    class Meta:
        model = LeadScore
        ref_name = "ScoreBrief"
        fields = ("total", "fit", "engagement", "last_engaged_at")


class PersonBrief(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField(source="full_name")

    class Meta:
        ref_name = "PersonBrief"


class AccountBrief(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()

    class Meta:
        ref_name = "AccountBrief"


class LeadOut(serializers.ModelSerializer[Lead]):
    stakeholder = PersonBrief()
    account = AccountBrief(allow_null=True)
    owner_email = serializers.EmailField(source="owner.email", default=None, allow_null=True)
    score = ScoreBrief()
    stage = serializers.ChoiceField(choices=Stage.choices)

    class Meta:
        model = Lead
        ref_name = "Lead"
        fields = (
            "id",
            "stakeholder",
            "account",
            "stage",
            "stage_since",
            "owner_email",
            "score",
            "source",
            "opened_at",
            "closed_at",
            "reason_code",
            "nurture_until",
            "updated_at",
        )
        extra_kwargs = {"updated_at": {"help_text": "The `score` has no part in it."}}


class LeadIn(Shape):
    stakeholder = PersonRef()

    class Meta:
        ref_name = "LeadIn"


class LeadItems(Shape):
    items = serializers.ListField(child=LeadIn(), min_length=1, max_length=1000)

    class Meta:
        ref_name = "LeadItems"


LeadBatch = PolymorphicProxySerializer(
    component_name="LeadOrItems",
    serializers=[LeadIn, LeadItems],
    resource_type_field_name=None,
    many=False,
)


class StrictShape(Shape):
    """Refuses unknown fields, and values that are not strings for text fields."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = {name: ["There is no such field."] for name in data.keys() - self.fields}
            wrong = {
                name: ["A text."]
                for name, field in self.fields.items()
                if isinstance(field, serializers.CharField)
                and not isinstance(data.get(name), str | None)
            }
            if unknown or wrong:
                raise serializers.ValidationError({**unknown, **wrong})
        return super().to_internal_value(data)


class LeadChange(StrictShape):
    owner_email = serializers.EmailField(
        allow_null=True, max_length=254, help_text="A member who may work leads; null: nobody."
    )

    class Meta:
        ref_name = "LeadChange"


class CallIn(StrictShape):
    called_at = MomentField(help_text="With its time zone, not in the future.")
    outcome = serializers.ChoiceField(choices=ValidationCall.Outcome.choices)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=5000)

    class Meta:
        ref_name = "ValidationCallIn"

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        moment, complaint = read_moment(data.get("called_at"), now=self.context["now"])
        if complaint:
            raise serializers.ValidationError({"called_at": [complaint]})
        return {**values, "called_at": moment}


class EvidenceOut(Shape):
    engagement_id = serializers.IntegerField()
    occurred_at = serializers.DateTimeField()
    source: Any = serializers.CharField()

    class Meta:
        ref_name = "Evidence"


class LineOut(Shape):
    rule = serializers.CharField(help_text="Key of the rule in the model.")
    name = serializers.CharField()
    dimension = serializers.ChoiceField(choices=["fit", "engagement"])
    points = serializers.IntegerField(help_text="What the rule gives now; may be negative.")
    earned = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)
    counted = serializers.IntegerField(help_text="How often its signal counts.")
    evidence = EvidenceOut(many=True, help_text="The newest engagements, at most five.")
    expires_on = serializers.DateField(
        allow_null=True, help_text="UTC day on which points go by themselves."
    )

    class Meta:
        ref_name = "ScoreLine"


class ExplanationOut(Shape):
    lead_id = serializers.IntegerField()
    at = serializers.DateTimeField(
        allow_null=True, help_text="As it stood then; null: the stored score."
    )
    total = serializers.IntegerField()
    fit = serializers.IntegerField()
    engagement = serializers.IntegerField()
    mql_at = serializers.IntegerField()
    sql_at = serializers.IntegerField()
    validated = serializers.BooleanField(help_text="The validation call was positive.")
    version = serializers.IntegerField(allow_null=True, help_text="Number of the model.")
    capped = serializers.IntegerField(help_text="What the limits of a dimension took off.")
    lines = LineOut(many=True)

    class Meta:
        ref_name = "ScoreExplanation"


def described(found: Explanation, *, at: datetime | None = None) -> dict[str, Any]:
    """An explanation as it is serialized."""
    return {
        "lead_id": found.lead_id,
        "at": at,
        "total": found.total,
        "fit": found.fit,
        "engagement": found.engagement,
        "mql_at": found.model.mql_at,
        "sql_at": found.model.sql_at,
        "validated": found.validated,
        "version": found.version_number,
        "capped": found.capped,
        "lines": [_described_line(line) for line in found.lines],
    }


def _described_line(line: Line) -> dict[str, Any]:
    return {
        "rule": line.rule.key,
        "name": line.name,
        "dimension": str(line.rule.dimension),
        "points": line.points,
        "earned": line.earned,
        "reason": line.rule.reason,
        "counted": line.counted,
        "evidence": [
            {"engagement_id": e.engagement_id, "occurred_at": e.occurred_at, "source": e.source}
            for e in line.evidence
        ],
        "expires_on": line.expires_on,
    }
