"""Merging two topics: what happens to the tags of a note that has both."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Mark:
    """The relevant fields of a tag; without `start` and `end`, its passage is gone."""

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
    """Ids of the tags to drop, of either topic, and of those to keep as if marked by hand."""

    dropped: Collection[int]
    by_hand: Collection[int]


def settle(leaving: Sequence[Mark], staying: Sequence[Mark]) -> Settled:
    """Accepted tags are kept, unless the other topic has the same passage. A suggestion, open or
    dismissed, gives way to any other tag: the note has been reviewed for the topic already.
    """
    counted = {(mark.start, mark.end) for mark in staying if mark.counts and mark.start is not None}
    kept = [mark for mark in leaving if mark.counts and (mark.start, mark.end) not in counted]
    dropped = {mark.id for mark in leaving if mark not in kept} if staying else set()
    if kept:
        dropped |= {mark.id for mark in staying if not mark.counts}
    left = [mark for mark in staying if mark.id not in dropped]
    # The database allows only one tracked tag for each note and topic.
    is_taken = any(mark.is_tracked for mark in left)
    return Settled(dropped, {mark.id for mark in kept if mark.is_tracked and is_taken})
