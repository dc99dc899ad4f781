"""How costs, baselines, results and credits look in the API."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rest_framework import serializers

from alignment.metrics.forms import MOST_DAYS, TIERS, USUAL_DAYS
from alignment.metrics.rules import Period, Slice
from alignment.people.models import Side, Team
from campaigns.api.schemas import CostIn, CostOut

from ..models import Baseline, BaselineFigure, Cost
from ..queries import TARGETS, Result, Verdict

if TYPE_CHECKING:
    from alignment.people.models import Program

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


class BaselineOut(serializers.ModelSerializer[Baseline]):
    figures = FigureOut(many=True)

    class Meta:
        model = Baseline
        ref_name = "Baseline"
        fields = ("id", "source", "first", "last", "frozen_at", "figures")


class FigureIn(serializers.Serializer[Any]):
    metric = serializers.ChoiceField(choices=RESULTS)
    value = serializers.FloatField(help_text="In the metric's unit; a win rate is 0 to 1.")
    sample = serializers.IntegerField(
        min_value=1, max_value=10**9, required=False, allow_null=True, help_text="Deals behind it."
    )


class BaselineIn(serializers.Serializer[Any]):
    """Either the days to measure, or figures from elsewhere with their source."""

    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)
    source: Any = serializers.CharField(max_length=300, required=False)
    figures = serializers.ListField(child=FigureIn(), required=False, max_length=len(RESULTS))

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if "first" in given or "last" in given:
            wanted, others = ("first", "last"), ("source", "figures")
        else:
            wanted, others = ("source", "figures"), ("first", "last")
        errors = {name: "This field is required." for name in wanted if name not in given}
        errors |= {name: "Give days or figures, not both." for name in others if name in given}
        metrics = [figure["metric"] for figure in given.get("figures", ())]
        if len(metrics) > len(set(metrics)):
            errors["figures"] = "Give each metric once."
        if errors:
            raise serializers.ValidationError(errors)
        return given


class PeriodAsked(serializers.Serializer[Any]):
    first = serializers.DateField(
        required=False, help_text="First day; the last 30 days if not given."
    )
    last = serializers.DateField(required=False, help_text="Last day, included; today's otherwise.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        first, last = given.get("first"), given.get("last")
        if any(day and not 2000 <= day.year <= 2100 for day in (first, last)):
            raise serializers.ValidationError({"first": "Give days between 2000 and 2100."})
        if first and last and not 0 <= (last - first).days < MOST_DAYS:
            raise serializers.ValidationError({"first": "Ask for one day to two years, in order."})
        return given


def period_of(program: Program, given: dict[str, Any], now: datetime) -> Period:
    """The days that were asked for, or as many before the last as usual."""
    today = now.astimezone(ZoneInfo(program.time_zone)).date()
    last = given.get("last") or max(today, given.get("first") or today)
    first = given.get("first") or last - timedelta(days=USUAL_DAYS - 1)
    return Period(first, last, program.time_zone)


class PartAsked(PeriodAsked):
    """Days, and whose deals of them."""

    team = serializers.IntegerField(
        required=False, min_value=1, help_text="Id of the team of the deal's owner."
    )
    segment = serializers.RegexField(
        r"^\d\d(-\d\d)?$", required=False, help_text='NAICS sector: "51", "31-33".'
    )
    tier = serializers.ChoiceField(
        choices=[tier for tier, _name in TIERS],
        required=False,
        help_text="Of the account on the target list today.",
    )
    source = serializers.CharField(required=False, max_length=60)  # type: ignore[assignment]


def part_of(program: Program, given: dict[str, Any]) -> Slice:
    """Which deals were asked for. A team that the program does not have is refused."""
    team = given.get("team")
    if team and not Team.objects.in_program(program).filter(pk=team).exists():
        raise serializers.ValidationError({"team": "There is no such team."})
    return Slice(team, given.get("segment"), given.get("tier"), given.get("source"))


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


class ResultsOut(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()
    items = ResultOut(many=True)

    class Meta:
        ref_name = "Results"


def told(result: Result) -> dict[str, Any]:
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
