"""Two people who edit one thing at once: what the later one saw may no longer be so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any


class Overwritten(ValueError):
    """Somebody else wrote these fields after they were shown to who edits them."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


def demand_as_seen(
    seen: Mapping[str, Any] | None, now: Mapping[str, Any], wanted: Mapping[str, Any]
) -> None:
    """Raises `Overwritten` for fields that somebody else wrote. Call it with the row locked."""
    if late := overtaken(seen or {}, now, wanted):
        raise Overwritten(late)


def overtaken(
    seen: Mapping[str, Any], now: Mapping[str, Any], wanted: Mapping[str, Any]
) -> list[str]:
    """The fields that are neither as somebody saw them nor as they want them."""
    return [
        name
        for name, value in seen.items()
        if name in now and not _alike(now[name], value) and not _alike(now[name], wanted.get(name))
    ]


def _alike(one: Any, other: Any) -> bool:
    """Browsers write the ends of lines in their own way, and know no seconds."""
    if isinstance(one, str) and isinstance(other, str):
        return one.split() == other.split()
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)
    return bool(one == other)
