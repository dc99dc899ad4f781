"""Batches of reports: up to 1,000 rows, each with its own result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from rest_framework import serializers

from accounts.intent.queries.finding import Company
from accounts.rules.facts import Upserted
from alignment.core.rest import FieldError, Problem, filters, pointer
from alignment.core.rest.schema import FieldErrorSchema
from alignment.core.rest.views import complaints
from alignment.reference.web import BadAddress, parse_domain

MOST_ROWS = 1_000
OUTCOMES = ("created", "updated", "unchanged", "rejected")
T = TypeVar("T")


class CompanyIn(serializers.Serializer[Any]):
    """Identifies the account of a row."""

    account_id = serializers.IntegerField(
        min_value=1, max_value=filters.HIGHEST_ID, required=False, allow_null=True
    )
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
            results.append(_rejected(wrong))
        else:
            sound.append((number, made(read.validated_data)))
            results.append({})
    done = take([row for _number, row in sound]) if sound else []
    for (number, _row), result in zip(sound, done, strict=True):
        results[number] = _result(result, number)
    if all(result["outcome"] == "rejected" for result in results):
        errors = [error for result in results for error in result["errors"]]
        raise Problem(422, "Nothing was accepted.", errors=errors)
    found = [result["outcome"] for result in results]
    return {**{outcome: found.count(outcome) for outcome in OUTCOMES}, "results": results}


def _rows_of(body: Any) -> list[Any]:
    rows = body.get("items") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not rows or len(rows) > MOST_ROWS or len(body) > 1:
        error: FieldError = {
            "pointer": "/items",
            "detail": f"A list of 1 to {MOST_ROWS} objects, and nothing beside it.",
        }
        raise Problem(422, "Nothing was accepted.", errors=[error])
    return rows


def _result(result: Upserted, number: int) -> dict[str, Any]:
    if result.outcome != "rejected":
        return {"outcome": result.outcome, "id": result.id}
    return _rejected(
        [
            {"pointer": pointer("items", number, error.field), "detail": error.message}
            for error in result.errors
        ]
    )


def _rejected(errors: Sequence[FieldError]) -> dict[str, Any]:
    return {"outcome": "rejected", "id": None, "errors": list(errors)}
