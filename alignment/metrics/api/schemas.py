"""API schemas of metrics."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from alignment.core.rest.periods import WithPeriod
from alignment.core.rest.schema import next_field

from ..models import Assumptions, Snapshot
from ..queries.population import Metric, Row
from ..rules import Better, Measure, Period, Statistic, Unit

_KEPT = (
    "True once rows that came late changed what was known then: `value` is the first one,"
    " `restated_value` the one with them. `latest_value` counts what happened since as well."
)


class DefinitionOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    definition = serializers.CharField(source="text", help_text="Exactly what is counted.")
    unit = serializers.ChoiceField(choices=[str(u) for u in Unit])
    statistic = serializers.ChoiceField(choices=[str(s) for s in Statistic])
    better = serializers.ChoiceField(choices=[str(b) for b in Better])
    family = serializers.CharField(help_text="Metrics of a family share a tile.")
    target = serializers.FloatField(allow_null=True, help_text="In the unit; shares are 0 to 1.")
    target_is_strict = serializers.BooleanField(
        source="is_strict", help_text="The target itself does not meet it."
    )
    least = serializers.IntegerField(help_text="Sample below which there is not enough data.")

    class Meta:
        ref_name = "MetricDefinition"


class PeriodOut(WithPeriod):
    first = serializers.DateField(source="first")
    last = serializers.DateField(source="last")
    time_zone = serializers.CharField(source="zone")

    class Meta:
        ref_name = "MetricPeriod"


class MeasureOut(serializers.Serializer[Any]):
    period = PeriodOut()
    as_of = serializers.DateTimeField(
        allow_null=True, help_text="What happened later is not counted; null: nothing is left out."
    )
    value = serializers.FloatField(allow_null=True)
    numerator = serializers.FloatField(allow_null=True)
    denominator = serializers.FloatField(allow_null=True)
    sample = serializers.IntegerField()
    low = serializers.FloatField(allow_null=True, help_text="Of the 95 % interval.")
    high = serializers.FloatField(allow_null=True)
    enough = serializers.BooleanField(help_text="False: not enough data to go by.")
    meets_target = serializers.BooleanField(allow_null=True)

    class Meta:
        ref_name = "MetricMeasure"


class MetricOut(DefinitionOut):
    now = MeasureOut()
    before = MeasureOut(allow_null=True, help_text="With `compare=previous`.")

    class Meta:
        ref_name = "Metric"


class GroupOut(serializers.Serializer[Any]):
    key = serializers.CharField(
        allow_blank=True, help_text="What the rows have in common; empty for those without any."
    )
    measure = MeasureOut()

    class Meta:
        ref_name = "MetricGroup"


class BreakdownOut(serializers.Serializer[Any]):
    items = GroupOut(many=True)

    class Meta:
        ref_name = "MetricBreakdown"


class RowOut(serializers.Serializer[Any]):
    subject = serializers.CharField(help_text="What `id` names: lead, opportunity, account ...")
    id = serializers.IntegerField()
    title = serializers.CharField()
    account_name = serializers.CharField(
        source="account", help_text="Empty where the row belongs to none."
    )
    amount_usd = serializers.FloatField(allow_null=True, help_text="Of a deal that has one.")
    at = serializers.DateTimeField(help_text="The moment by which it falls into the period.")
    counted = serializers.BooleanField(help_text="In the numerator.")
    value = serializers.FloatField(allow_null=True)
    note = serializers.CharField()

    class Meta:
        ref_name = "MetricRow"


class RowsOut(serializers.Serializer[Any]):
    items = RowOut(many=True)
    next = next_field()

    class Meta:
        ref_name = "MetricRows"


class SnapshotOut(serializers.ModelSerializer[Snapshot]):
    is_restated = serializers.SerializerMethodField(help_text=_KEPT)

    class Meta:
        model = Snapshot
        ref_name = "MetricSnapshot"
        fields = (
            "day",
            "value",
            "numerator",
            "denominator",
            "sample",
            "taken_at",
            "is_restated",
            "restated_value",
            "restated_numerator",
            "restated_denominator",
            "latest_value",
            "latest_numerator",
            "latest_denominator",
            "restated_at",
        )

    def get_is_restated(self, row: Snapshot) -> bool:
        return row.restated_at is not None


class HistoryOut(serializers.Serializer[Any]):
    items = SnapshotOut(many=True)

    class Meta:
        ref_name = "MetricHistory"


class DefinitionsOut(serializers.Serializer[Any]):
    items = DefinitionOut(many=True)

    class Meta:
        ref_name = "MetricDefinitions"


class AssumptionsOut(serializers.ModelSerializer[Assumptions]):
    class Meta:
        model = Assumptions
        ref_name = "MetricAssumptions"
        fields = ("lead_value_usd", "untreated_after_days", "late_usd", "late_after_minutes")


class AssumptionsIn(AssumptionsOut):
    class Meta(AssumptionsOut.Meta):
        ref_name = "MetricAssumptionsIn"
        extra_kwargs = {name: {"required": False} for name in AssumptionsOut.Meta.fields}


def measured(
    metric: Metric, found: Measure, period: Period, as_of: datetime | None = None
) -> dict[str, Any]:
    return {
        "period": period,
        "as_of": as_of,
        "value": found.value,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "sample": found.sample,
        "low": found.low,
        "high": found.high,
        "enough": found.enough,
        "meets_target": metric.definition.meets(found.value),
    }


def row_of(metric: Metric, row: Row) -> dict[str, Any]:
    return {
        "subject": str(metric.population.subject),
        "id": row.id,
        "title": row.title,
        "account": row.account,
        "amount_usd": row.amount_usd,
        "at": row.at,
        "counted": row.counted,
        "value": row.value,
        "note": row.note,
    }
