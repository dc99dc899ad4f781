"""A chunk of parsed rows to be imported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alignment.people.models import Program, User

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Usable rows of one file, prepared for import. A dry run compares and writes nothing."""

    program: Program
    by: User | None
    source: str
    rows: Sequence[Any]
    dry_run: bool
    # Whether these are repaired rows of an earlier list.
    is_repair: bool = False
