"""Stakeholders by any identifier that a request uses."""

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.rules import values as v
from accounts.rules.facts import BadValue, FieldError
from alignment.core.addresses import HIGHEST_ID
from alignment.people.models import Program

from .event_rows import LONGEST_ID, Known
from .resolve import KINDS, person_ids

Reference = tuple[Known, str | int]
_CLEANERS: Mapping[str, v.Clean] = {
    "email": v.needed(v.email),
    "external_id": v.needed(v.text(LONGEST_ID)),
    "id": v.needed(v.whole(1, HIGHEST_ID)),
}


def people_ids(program: Program, rows: Sequence[Mapping[str, Any]]) -> list[int | FieldError]:
    """The id for each row's `stakeholder`, or its error; one query."""
    named = [_reference(row) for row in rows]
    ids = person_ids(program, [name for name in named if not isinstance(name, FieldError)])
    return [name if isinstance(name, FieldError) else _found(ids, name) for name in named]


def _reference(row: Mapping[str, Any]) -> Reference | FieldError:
    if extra := row.keys() - {"stakeholder"}:
        return FieldError(min(extra), "unknown_field")
    person = row.get("stakeholder")
    if not isinstance(person, Mapping) or len(person) != 1:
        return FieldError("stakeholder", "person_reference")
    for known_by in KINDS:
        if known_by in person:
            return _cleaned(known_by, person[known_by])
    return FieldError("stakeholder", "person_reference")


def _cleaned(known_by: Known, value: Any) -> Reference | FieldError:
    try:
        return known_by, _CLEANERS[known_by](value)
    except BadValue as bad:
        return FieldError("stakeholder", bad.code, bad.params, (known_by,))


def _found(ids: Mapping[tuple[str, str], int], name: Reference) -> int | FieldError:
    known_by, value = name
    found = ids.get((known_by, str(value)))
    return found or FieldError("stakeholder", "unknown_person", {"value": str(value)}, (known_by,))
