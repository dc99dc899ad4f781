"""Concurrent edits: what the second editor saw may already be out of date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any


class Overwritten(ValueError):
    """Somebody else changed these fields after this editor loaded them."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


def demand_as_seen(
    seen: Mapping[str, Any] | None, now: Mapping[str, Any], wanted: Mapping[str, Any]
) -> None:
    """Raises `Overwritten` for fields that somebody else changed. Call it with the row locked."""
    if late := overtaken(seen or {}, now, wanted):
        raise Overwritten(late)


def overtaken(
    seen: Mapping[str, Any], now: Mapping[str, Any], wanted: Mapping[str, Any]
) -> list[str]:
    """The fields whose current value is neither what the editor saw nor what the editor wants."""
    return [
        name
        for name, value in seen.items()
        if name in now and not _alike(now[name], value) and not _alike(now[name], wanted.get(name))
    ]


def set_fields(row: Any, said: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Set the fields in `said` that are among `names`; returns those that now differ, sorted. Texts
    lose white space at their ends.
    """
    changed = []
    for name in names:
        if name not in said:
            continue
        value = said[name].strip() if isinstance(said[name], str) else said[name]
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(name)
    return sorted(changed)


def _alike(one: Any, other: Any) -> bool:
    """Browsers normalise line endings and drop seconds, so neither counts as a difference."""
    if isinstance(one, str) and isinstance(other, str):
        return one.split() == other.split()
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)
    return bool(one == other)
