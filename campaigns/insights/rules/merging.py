"""Two topics that mean the same become one: what happens to the tags of one note that has both."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Mark:
    """A tag as far as it matters here; without a place, its passage is gone from the text."""

    id: int
    state: str
    is_tracked: bool
    start: int | None = None
    end: int | None = None

    @property
    def counts(self) -> bool:
        return self.state == ACCEPTED


@dataclass(frozen=True, slots=True)
class Settled:
    """Ids: what is dropped, of either topic, and what goes on as if marked by hand."""

    dropped: Collection[int]
    by_hand: Collection[int]


def settle(leaving: Sequence[Mark], staying: Sequence[Mark]) -> Settled:
    """What counts is kept, unless the other topic has the same passage. A suggestion, open or
    dismissed, gives way to whatever else the note has: it has been looked at once."""
    counted = {(mark.start, mark.end) for mark in staying if mark.counts and mark.start is not None}
    kept = [mark for mark in leaving if mark.counts and (mark.start, mark.end) not in counted]
    dropped = {mark.id for mark in leaving if mark not in kept} if staying else set()
    if kept:
        dropped |= {mark.id for mark in staying if not mark.counts}
    left = [mark for mark in staying if mark.id not in dropped]
    # A tracker says a topic once a note; the database holds it to that.
    is_taken = any(mark.is_tracked for mark in left)
    return Settled(dropped, {mark.id for mark in kept if mark.is_tracked and is_taken})
