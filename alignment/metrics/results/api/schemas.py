"""API schemas of costs, baselines, results and credits."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from alignment.core.rest.periods import NAMES, WithPeriod
from alignment.people.models import Side
from campaigns.api.schemas import CostIn, CostOut

from ..models import Baseline, BaselineFigure, Cost
from ..queries import TARGETS, Result, Verdict

RESULTS = sorted(TARGETS)


class ResultCostOut(serializers.ModelSerializer[Cost]):
    removed_by_id = serializers.IntegerField(allow_null=True, help_text="Id of the person.")

    class Meta:
        model = Cost
        ref_name = "Cost"
        fields = (*CostOut.Meta.fields, "side", "removed_by_id")
        extra_kwargs = CostOut.Meta.extra_kwargs


class ResultCostIn(CostIn):
    side = serializers.ChoiceField(choices=Side.choices)


class FigureOut(serializers.ModelSerializer[BaselineFigure]):
    class Meta:
        model = BaselineFigure
        ref_name = "BaselineFigure"
        fields = ("metric", "value", "sample", "low", "high")


class BaselineOut(WithPeriod, serializers.ModelSerializer[Baseline]):
    figures = FigureOut(many=True)

    class Meta:
        model = Baseline
        ref_name = "Baseline"
        fields = ("id", "source", "first", "last", "frozen_at", "figures")
        extra_kwargs = {name: {"source": name} for name in NAMES}


class FigureIn(serializers.Serializer[Any]):
    metric = serializers.ChoiceField(choices=RESULTS)
    value = serializers.FloatField(help_text="In the metric's unit; a win rate is 0 to 1.")
    sample = serializers.IntegerField(
        min_value=1, max_value=10**9, required=False, allow_null=True, help_text="Deals behind it."
    )


class BaselineIn(WithPeriod):
    """Either the days to measure, or figures from elsewhere with their source."""

    first = serializers.DateField(source="first", required=False)
    last = serializers.DateField(source="last", required=False)
    source: Any = serializers.CharField(max_length=300, required=False)
    figures = serializers.ListField(child=FigureIn(), required=False, max_length=len(RESULTS))

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        days, figures = tuple(NAMES), ("source", "figures")
        is_measured = any(name in given for name in days)
        wanted, others = (days, figures) if is_measured else (figures, days)
        errors = {name: "This field is required." for name in wanted if name not in given}
        errors |= {name: "Give days or figures, not both." for name in others if name in given}
        metrics = [figure["metric"] for figure in given.get("figures", ())]
        if len(metrics) > len(set(metrics)):
            errors["figures"] = "Give each metric once."
        if errors:
            raise serializers.ValidationError(
                {NAMES.get(name, name): text for name, text in errors.items()}
            )
        return given


class ResultOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    sample = serializers.IntegerField()
    low = serializers.FloatField(allow_null=True, help_text="Of the 95 % interval.")
    high = serializers.FloatField(allow_null=True)
    enough = serializers.BooleanField()
    baseline = FigureOut(allow_null=True)
    target_change = serializers.FloatField(help_text="-0.15: fifteen percent less.")
    change = serializers.FloatField(
        allow_null=True, help_text="Null: not enough data, or nothing to hold it against."
    )
    change_low = serializers.FloatField(allow_null=True)
    change_high = serializers.FloatField(allow_null=True)
    reaches_target = serializers.BooleanField(allow_null=True)
    standing = serializers.ChoiceField(
        choices=[str(verdict) for verdict in Verdict],
        allow_null=True,
        help_text="`reached` only where all of the interval of the change reaches the target;"
        " `likely` where the change does, but chance may explain it.",
    )

    class Meta:
        ref_name = "Result"


class ResultsOut(WithPeriod):
    first = serializers.DateField(source="first")
    last = serializers.DateField(source="last")
    items = ResultOut(many=True)

    class Meta:
        ref_name = "Results"


def result_data(result: Result) -> dict[str, Any]:
    definition, now, change = result.definition, result.measure, result.change
    return {
        "key": definition.key,
        "name": definition.name,
        "unit": str(definition.unit),
        "value": now.value,
        "sample": now.sample,
        "low": now.low,
        "high": now.high,
        "enough": now.enough,
        "baseline": result.baseline,
        "target_change": result.target,
        "change": change.share if change else None,
        "change_low": change.low if change else None,
        "change_high": change.high if change else None,
        "reaches_target": result.is_reached,
        "standing": result.verdict,
    }
