"""Serializers of ROI calculators and pages."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.references import OfAccount
from alignment.core.rest.ids import IdField
from alignment.core.rest.names import NameField
from campaigns.opportunities.rules import CURRENCIES

from ..models import Calculator, CalculatorVersion, RoiShare, RoiVisit
from ..rules.content import (
    LONGEST,
    MOST_FORMULAS,
    MOST_INPUTS,
    UNITS,
    Content,
    Input,
    Outcome,
    Words,
)
from ..rules.expressions import MOST_CHARACTERS


class RoiWords(serializers.Serializer[Any]):
    en = serializers.CharField(max_length=LONGEST["intro"], allow_blank=True)
    fr = serializers.CharField(
        max_length=LONGEST["intro"], allow_blank=True, required=False, default=""
    )


class RoiInput(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=40, help_text="Its name in formulas.")
    label = RoiWords()  # type: ignore[assignment]
    unit = serializers.ChoiceField(choices=UNITS)
    default = serializers.FloatField(help_text="Percent as 20, which counts as 0.2 in formulas.")
    min = serializers.FloatField(source="low")
    max = serializers.FloatField(source="high")
    step = serializers.FloatField(required=False, default=1.0)


class RoiFormula(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=40)
    label = RoiWords()  # type: ignore[assignment]
    expression = serializers.CharField(
        max_length=MOST_CHARACTERS,
        help_text="Over inputs and formulas above: + - * / ^ ( ), min, max, round, if(a > b, x, y).",
    )
    unit = serializers.ChoiceField(choices=UNITS)
    shown = serializers.BooleanField(required=False, default=True)


class RoiContent(serializers.Serializer[Any]):
    title = RoiWords()
    intro = RoiWords(required=False, default=lambda: {"en": "", "fr": ""})
    currency = serializers.ChoiceField(choices=CURRENCIES, required=False, default="USD")
    inputs = serializers.ListField(child=RoiInput(), min_length=1, max_length=MOST_INPUTS)
    formulas = serializers.ListField(child=RoiFormula(), min_length=1, max_length=MOST_FORMULAS)


def content_from(given: dict[str, Any]) -> Content:
    return Content(
        title=Words(**given["title"]),
        intro=Words(**given["intro"]),
        currency=given["currency"],
        inputs=tuple(Input(**{**row, "label": Words(**row["label"])}) for row in given["inputs"]),
        formulas=tuple(
            Outcome(**{**row, "label": Words(**row["label"])}) for row in given["formulas"]
        ),
    )


class CalculatorIn(serializers.Serializer[Any]):
    name = NameField(max_length=120)
    content = RoiContent()


class CalculatorChange(serializers.Serializer[Any]):
    is_retired = serializers.BooleanField(help_text="No longer offered for new pages.")


class CalculatorVersionOut(serializers.ModelSerializer[CalculatorVersion]):
    content = RoiContent()

    class Meta:
        model = CalculatorVersion
        ref_name = "RoiVersion"
        fields = ("number", "published_at", "content")


class CalculatorOut(serializers.ModelSerializer[Calculator]):
    versions = CalculatorVersionOut(many=True, help_text="The newest first; a draft is at the top.")

    class Meta:
        model = Calculator
        ref_name = "RoiCalculator"
        fields = ("id", "name", "versions", "retired_at", "created_at", "updated_at")


class PageIn(OfAccount):
    calculator_id = IdField(help_text="The page shows its newest published version, for ever.")
    stakeholder_id = IdField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Opening and using the page are this person's engagements.",
    )
    opportunity_id = IdField(required=False, allow_null=True, default=None)
    sender = serializers.CharField(
        max_length=120, help_text="Our company's name: all that the page says about us."
    )
    language = serializers.ChoiceField(choices=RoiShare.Language.choices)
    days = serializers.IntegerField(min_value=1, max_value=365, default=30)


class VisitOut(serializers.ModelSerializer[RoiVisit]):
    values = serializers.DictField(
        child=serializers.FloatField(), help_text="What was typed last, by key of the input."
    )

    class Meta:
        model = RoiVisit
        ref_name = "RoiVisit"
        fields = ("kind", "day", "times", "first_at", "last_at", "values")


class PageOut(serializers.ModelSerializer[RoiShare]):
    calculator_id = serializers.IntegerField(source="version.calculator_id")
    version = serializers.IntegerField(source="version.number")
    account_id = serializers.IntegerField()
    stakeholder_id = serializers.IntegerField(allow_null=True)
    opportunity_id = serializers.IntegerField(allow_null=True)
    visits = VisitOut(many=True, help_text="By day of the program.")

    class Meta:
        model = RoiShare
        ref_name = "RoiPage"
        fields = (
            "id",
            "calculator_id",
            "version",
            "account_id",
            "stakeholder_id",
            "opportunity_id",
            "sender",
            "language",
            "created_at",
            "expires_at",
            "revoked_at",
            "visits",
        )


class PageMade(PageOut):
    address = serializers.CharField(help_text="Told only now: nobody can read it again.")

    class Meta(PageOut.Meta):
        ref_name = "RoiPageMade"
        fields = (*PageOut.Meta.fields, "address")  # type: ignore[assignment]
