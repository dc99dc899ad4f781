"""Stakeholders by whatever a request calls them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from accounts.rules.facts import FieldError
from alignment.people.models import Program

from .event_rows import Reader
from .resolve import person_ids


def people_ids(program: Program, rows: Sequence[Mapping[str, Any]]) -> list[int | FieldError]:
    """The id of each row's `stakeholder`, or what is wrong with it; one query."""
    reader = Reader(now=timezone.now())
    named = [reader.person(i, row.get("stakeholder")) for i, row in enumerate(rows)]
    ids = person_ids(program, [name for i, name in enumerate(named) if i not in reader.errors])
    results: list[int | FieldError] = []
    for i, (row, (known_by, value)) in enumerate(zip(rows, named, strict=True)):
        found = ids.get((known_by, str(value)))
        if extra := row.keys() - {"stakeholder"}:
            results.append(FieldError(min(extra), "unknown_field"))
        elif i in reader.errors:
            results.append(FieldError("stakeholder", "missing"))
        elif found is None:
            results.append(FieldError(f"stakeholder.{known_by}", "choice", {"value": str(value)}))
        else:
            results.append(found)
    return results
