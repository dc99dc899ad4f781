"""Changing a draft profile one criterion at a time, so that two people don't overwrite each other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db import transaction

from alignment.agreements.actions.drafts import locked_draft, save_draft
from alignment.agreements.models import Version
from alignment.core.edits import demand_as_seen
from alignment.people.models import User

Row = dict[str, Any]
Change = Callable[[list[Row]], None]


class CriterionChanged(Exception):
    """Somebody saved or removed the criterion after it was read; `row` is its current state."""

    def __init__(self, row: Row | None) -> None:
        super().__init__()
        self.row = row


def seal(row: Row) -> str:
    """A text that changes whenever the criterion does."""
    return json.dumps(row, sort_keys=True, ensure_ascii=False)


def put_criterion(
    *, version: Version, criterion: Row, key: str | None, by: User, seen: str | None = None
) -> Version:
    """Replace the criterion `key`, or add a new one at the end.

    `seen` is the seal of the criterion that the person read; raises `CriterionChanged` if the
    criterion has changed since. Raises InvalidIcp, NotADraft.
    """

    def change(rows: list[Row]) -> None:
        place = _place(rows, key)
        if seen is not None and (place is None or seal(rows[place]) != seen):
            raise CriterionChanged(None if place is None else rows[place])
        if place is None:
            rows.append({**criterion, "key": _free_key(rows, criterion["kind"])})
        else:
            rows[place] = {**criterion, "key": key}

    return _change(version, change, by)


def remove_criterion(*, version: Version, key: str, by: User) -> Version:
    """Remove a criterion; one that is gone already is no error. Raises NotADraft."""

    def change(rows: list[Row]) -> None:
        place = _place(rows, key)
        if place is not None:
            del rows[place]

    return _change(version, change, by)


def move_criterion(*, version: Version, key: str, up: bool, by: User) -> Version:
    """Swap a criterion with its neighbour. Raises NotADraft."""

    def change(rows: list[Row]) -> None:
        place = _place(rows, key)
        if place is None:
            return
        other = place - 1 if up else place + 1
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]

    return _change(version, change, by)


def write_note(*, version: Version, note: str, by: User, seen: str | None = None) -> Version:
    """Note why the profile changes. Raises NotADraft, and `Overwritten` if somebody else wrote
    another note since the person read `seen`."""
    with transaction.atomic():
        draft = locked_draft(version)
        if seen is not None and seen.split() == note.split():
            return draft
        if seen is not None:
            demand_as_seen({"note": seen}, {"note": draft.note}, {"note": note})
        return save_draft(version=draft, content=draft.content, note=note, by=by)


@transaction.atomic
def _change(version: Version, change: Change, by: User) -> Version:
    draft = locked_draft(version)
    rows = list(draft.content.get("criteria", []))
    change(rows)
    content = {**draft.content, "criteria": rows}
    return save_draft(version=draft, content=content, note=draft.note, by=by)


def _place(rows: list[Row], key: str | None) -> int | None:
    return next((i for i, row in enumerate(rows) if row.get("key") == key), None)


def _free_key(rows: list[Row], kind: str) -> str:
    taken = {row.get("key") for row in rows}
    number = 2
    key = kind
    while key in taken:
        key, number = f"{kind}-{number}", number + 1
    return key
