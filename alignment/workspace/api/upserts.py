"""Upserts of facts: one object, or up to 1,000 with a result for each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.rules.facts import FieldError as FactError
from accounts.rules.facts import Upserted
from alignment.core.rest import FieldError, Problem, pointer
from alignment.core.rest.bodies import unstorable

MOST_ROWS = 1_000
OUTCOMES = ("created", "updated", "unchanged", "rejected")
Upsert = Callable[[list[dict[str, Any]]], Sequence[Upserted]]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a body, and whether they came as a batch."""

    rows: list[Any]
    batch: bool

    def steps(self, index: int) -> tuple[str | int, ...]:
        return ("items", index) if self.batch else ()


def rows_of(body: Any) -> Rows:
    """`{"items": [...]}` is a batch, any other object one row. Raises `Problem` 422."""
    if not isinstance(body, dict):
        raise _refused("", "The body is an object.")
    if "items" not in body:
        return Rows([body], batch=False)
    unknown = [name for name in body if name != "items"]
    if unknown:
        raise _refused(pointer(unknown[0]), "There is no such field beside items.")
    rows = body["items"]
    if not isinstance(rows, list) or not rows:
        raise _refused("/items", "A list of at least one object.")
    if len(rows) > MOST_ROWS:
        raise _refused("/items", f"More than {MOST_ROWS} objects; send several batches.")
    return Rows(rows, batch=True)


def upsert(given: Rows, upsert_rows: Upsert) -> list[dict[str, Any]]:
    """Upsert the rows that are objects of storable values; returns a result per row, in order."""
    errors = [_shape_errors(row, given.steps(i)) for i, row in enumerate(given.rows)]
    sound = [i for i, found in enumerate(errors) if not found]
    upserted = upsert_rows([given.rows[i] for i in sound]) if sound else []
    results = [_rejected(found) for found in errors]
    for i, row in zip(sound, upserted, strict=True):
        results[i] = _result(row, given.steps(i))
    return results


def refuse_unless_any(results: Sequence[Mapping[str, Any]]) -> None:
    """Raises `Problem` 422 with all errors if no row was accepted."""
    if all(result["outcome"] == "rejected" for result in results):
        errors = [error for result in results for error in result["errors"]]
        raise Problem(422, "Nothing was accepted.", errors=errors)


def one_of(body: Any) -> dict[str, Any]:
    """The single object of an edit. Raises `Problem` 422."""
    if not isinstance(body, dict):
        raise _refused("", "The body is an object.")
    return body


def report(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The response to a batch."""
    found = [result["outcome"] for result in results]
    return {**{outcome: found.count(outcome) for outcome in OUTCOMES}, "results": list(results)}


def refused_facts(errors: Sequence[FactError], *steps: str | int) -> Problem:
    """The errors of an edit of one object, which is below `steps` in the body."""
    found = [_field_error(error, steps) for error in errors]
    return Problem(422, "Some values were not accepted.", errors=found)


def _shape_errors(row: Any, steps: tuple[str | int, ...]) -> list[FieldError]:
    if not isinstance(row, dict):
        return [{"pointer": pointer(*steps), "detail": "An object."}]
    return list(unstorable(row, *steps))


def _rejected(errors: list[FieldError]) -> dict[str, Any]:
    return {"outcome": "rejected", "id": None, "errors": errors}


def _result(row: Upserted, steps: tuple[str | int, ...]) -> dict[str, Any]:
    if row.outcome == "rejected":
        return _rejected([_field_error(error, steps) for error in row.errors])
    return {"outcome": row.outcome, "id": row.id}


def _field_error(error: FactError, steps: tuple[str | int, ...]) -> FieldError:
    path = (*steps, *error.field.split("."), *error.at) if error.field else steps
    return {"pointer": pointer(*path), "detail": error.message}


def _refused(at: str, detail: str) -> Problem:
    return Problem(422, "Nothing was accepted.", errors=[{"pointer": at, "detail": detail}])
