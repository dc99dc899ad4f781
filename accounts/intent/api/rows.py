"""Batches of reports: up to 1,000 rows, each with its own result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from rest_framework import serializers

from accounts.api.batches import (
    MOST_ROWS,
    OUTCOMES,
    refuse_unless_any,
    refused,
    rejected,
    report,
    result_of,
)
from accounts.intent.queries.finding import Company
from accounts.rules.facts import Upserted
from alignment.core.rest.ids import IdField
from alignment.core.rest.schema import FieldErrorSchema
from alignment.core.rest.views import complaints
from alignment.reference.web import BadAddress, parse_domain

T = TypeVar("T")


class CompanyIn(serializers.Serializer[Any]):
    """Identifies the account of a row."""

    account_id = IdField(required=False, allow_null=True)
    domain = serializers.CharField(
        max_length=500,
        required=False,
        allow_blank=True,
        help_text="Domain or web address of the company, if there is no `account_id`.",
    )
    week = serializers.DateField(help_text="Any day of the week (Monday to Sunday).")

    def validate_domain(self, value: str) -> str:
        if not value:
            return ""
        try:
            return parse_domain(value)
        except BadAddress as bad:
            raise serializers.ValidationError("This is not the domain of a company.") from bad

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("account_id") and not attrs.get("domain"):
            raise serializers.ValidationError({"domain": "Give a domain or an account_id."})
        return attrs


class Reported(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    id = serializers.IntegerField(allow_null=True, help_text="Of the row, if it changed.")
    errors: Any = FieldErrorSchema(many=True, required=False)

    class Meta:
        ref_name = "IntentRowResult"


class Report(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    results = Reported(many=True)

    class Meta:
        ref_name = "IntentReport"


def company_of(values: dict[str, Any]) -> Company:
    return Company(account_id=values.get("account_id"), domain=values.get("domain", ""))


def taken(
    body: Any,
    shape: type[serializers.Serializer[Any]],
    made: Callable[[dict[str, Any]], T],
    take: Callable[[Sequence[T]], Sequence[Upserted]],
) -> dict[str, Any]:
    """The report on a batch. Raises `Problem` 422 if it is malformed or every row was rejected."""
    rows = _rows_of(body)
    results: list[dict[str, Any]] = []
    sound: list[tuple[int, T]] = []
    for number, row in enumerate(rows):
        read = shape(data=row)
        if wrong := complaints(read, "items", number):
            results.append(rejected(wrong))
        else:
            sound.append((number, made(read.validated_data)))
            results.append({})
    done = take([row for _number, row in sound]) if sound else []
    for (number, _row), result in zip(sound, done, strict=True):
        results[number] = result_of(result, ("items", number))
    refuse_unless_any(results)
    return report(results)


def _rows_of(body: Any) -> list[Any]:
    rows = body.get("items") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not rows or len(rows) > MOST_ROWS or len(body) > 1:
        raise refused(
            {
                "pointer": "/items",
                "detail": f"A list of 1 to {MOST_ROWS} objects, and nothing beside it.",
            }
        )
    return rows
