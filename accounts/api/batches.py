"""What became of the rows of a batch, one result for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.rules.facts import FieldError as FactError
from accounts.rules.facts import Upserted
from alignment.core.rest import FieldError, Problem, pointer

MOST_ROWS = 1_000
OUTCOMES = ("created", "updated", "unchanged", "rejected")


def result_of(row: Upserted, steps: Sequence[str | int]) -> dict[str, Any]:
    """The result of a row that is below `steps` in the body."""
    if row.outcome == "rejected":
        return rejected(field_errors(row.errors, steps))
    return {"outcome": row.outcome, "id": row.id}


def rejected(errors: list[FieldError]) -> dict[str, Any]:
    return {"outcome": "rejected", "id": None, "errors": errors}


def field_errors(errors: Iterable[FactError], steps: Sequence[str | int]) -> list[FieldError]:
    return [_field_error(error, steps) for error in errors]


def _field_error(error: FactError, steps: Sequence[str | int]) -> FieldError:
    path = (*steps, *error.field.split("."), *error.at) if error.field else steps
    return {"pointer": pointer(*path), "detail": error.message}


def refuse_unless_any(results: Sequence[Mapping[str, Any]]) -> None:
    """Raises `Problem` 422 with all errors if no row was accepted."""
    if all(result["outcome"] == "rejected" for result in results):
        raise refused(*(error for result in results for error in result["errors"]))


def refused(*errors: FieldError) -> Problem:
    return Problem(422, "Nothing was accepted.", errors=list(errors))


def report(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The response to a batch."""
    found = [result["outcome"] for result in results]
    return {**{outcome: found.count(outcome) for outcome in OUTCOMES}, "results": list(results)}
