"""The results of a batch's rows, determined once all rows are applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from accounts.rules.facts import FieldError, Outcome, Upserted


class Held(Protocol):
    """A company or person of a batch."""

    @property
    def id(self) -> int | None: ...
    @property
    def before(self) -> Sequence[Any] | None: ...
    @property
    def changed(self) -> bool: ...


def results_of(
    taken: Iterable[tuple[Held | None, bool, list[FieldError]]],
) -> list[Upserted]:
    """One result per row.

    It holds the company or person the row refers to (None: rejected), whether the row changed
    anything, and errors (if it was not rejected, of the parts left out). A row undone by a later
    row of the batch counts as unchanged.
    """
    results: list[Upserted] = []
    created: set[int] = set()
    for held, moved, errors in taken:
        if held is None:
            results.append(Upserted(None, "rejected", errors))
        elif held.before is None and id(held) not in created:
            created.add(id(held))
            results.append(Upserted(held.id, "created", errors))
        else:
            outcome: Outcome = "updated" if moved and held.changed else "unchanged"
            results.append(Upserted(held.id, outcome, errors))
    return results
