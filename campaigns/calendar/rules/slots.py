"""A touch as the rules see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

PLANNED, DONE, SKIPPED = "planned", "done", "skipped"


@dataclass(frozen=True, slots=True)
class Slot:
    """A touch without the database. Times are aware; `people` are stakeholder ids; `thread` is None
    if it follows no touch; `follows` is the id of the touch it follows."""

    account: int
    people: frozenset[int]
    who: int | None
    side: str
    channel: str
    starts: datetime
    ends: datetime
    id: int | None = None
    thread: int | None = None
    follows: int | None = None
    message: str = ""
    asset: int | None = None
    state: str = PLANNED
    # Hours to keep from another person's touch; None: the policy's.
    gap_hours: int | None = None

    def is_linked_to(self, other: Slot) -> bool:
        return self.thread is not None and self.thread == other.thread

    def is_surely_of_whom(self, other: Slot) -> bool:
        """Whether one person of ours does both. False while either names nobody."""
        return self.who is not None and self.who == other.who
