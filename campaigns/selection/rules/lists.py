"""The list as both sides confirm it: its lines, when they are complete, and its hash."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One target, by ids: what a confirmation binds."""

    account: int
    tier: int
    marketing_owner: int | None
    sales_owner: int | None
    play: int | None


def list_hash(lines: Iterable[Line]) -> str:
    """SHA-256 of the lines in any order; changing an account, tier, owner or play changes it."""
    rows = [asdict(line) for line in sorted(lines, key=lambda line: line.account)]
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_complete(line: Line, *, has_plays: bool) -> bool:
    """Whether both owners are set, and a play if the program has any."""
    named = line.marketing_owner is not None and line.sales_owner is not None
    return named and (line.play is not None or not has_plays)


def free_places(capacity: int, taken: int) -> int:
    """Never negative: lowering the capacity takes no account off."""
    return max(capacity - taken, 0)
