"""Upserts of facts: one object, or up to 1,000 with a result for each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.api.batches import MOST_ROWS, field_errors, refused, rejected, result_of
from accounts.rules.facts import FieldError as FactError
from accounts.rules.facts import Upserted
from alignment.core.rest import FieldError, Problem, pointer
from alignment.core.rest.bodies import unstorable

# Of rows that name no source.
SOURCE = "api"
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
    results = [rejected(found) for found in errors]
    for i, row in zip(sound, upserted, strict=True):
        results[i] = result_of(row, given.steps(i))
    return results


def one_of(body: Any) -> dict[str, Any]:
    """The single object of an edit. Raises `Problem` 422."""
    if not isinstance(body, dict):
        raise _refused("", "The body is an object.")
    return body


def refused_facts(errors: Sequence[FactError], *steps: str | int) -> Problem:
    """The errors of an edit of one object, which is below `steps` in the body."""
    return Problem(422, "Some values were not accepted.", errors=field_errors(errors, steps))


def _shape_errors(row: Any, steps: tuple[str | int, ...]) -> list[FieldError]:
    if not isinstance(row, dict):
        return [{"pointer": pointer(*steps), "detail": "An object."}]
    return list(unstorable(row, *steps))


def _refused(at: str, detail: str) -> Problem:
    return refused({"pointer": at, "detail": detail})
