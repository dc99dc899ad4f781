"""A chunk of parsed rows on its way into the program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alignment.people.models import Program, User

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Usable rows of one file, prepared for their taker. A dry run compares and writes nothing."""

    program: Program
    by: User | None
    source: str
    rows: Sequence[Any]
    dry_run: bool
    # The rows of an earlier list that were to be repaired.
    is_repair: bool = False
