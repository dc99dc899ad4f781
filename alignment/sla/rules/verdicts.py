"""The outcome of a promise, as a pure function of its clock and the lead's events.

So the verdict never depends on when a process looked, how often, or in which order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from .contract import SlaClause
from .events import LeadEvent

KEPT, BROKEN, LAPSED = "kept", "broken", "lapsed"
# Still owed after the lead is closed or sent back, because the other side learns from these too.
OWED_ANYWAY = ("feedback_given", "crm_updated")
# What nobody may do with a person who must not be contacted.
CONTACTS = ("contacted", "reached", "validation_call")
_LEAVES = frozenset({"closed", "recycled"})


@dataclass(frozen=True, slots=True)
class Promise:
    """What the verdict needs of a clock; `event_id` is the event that began it."""

    event_id: int
    started_at: datetime
    due_at: datetime

    @property
    def began(self) -> tuple[datetime, int]:
        """Events up to this `place` came before."""
        return self.started_at, self.event_id


@dataclass(frozen=True, slots=True)
class Verdict:
    """`met_at`: when it was done, in time or late. `ended_at`: when it was done or lapsed, or the
    due time."""

    state: str
    ended_at: datetime
    met_at: datetime | None = None


def verdict(promise: Promise, clause: SlaClause, events: Iterable[LeadEvent]) -> Verdict | None:
    """How the promise ended; None while that is still open.

    `events` are the lead's, in the order of `place`; those up to the start are skipped. A deed
    counts from when it was recorded: if it is recorded after the due time, `met_at` shows the
    earlier hour that was given, but the promise stays broken. A deed dated before the promise began
    does not count, whenever it was recorded. A lead that comes back after a mistaken
    disqualification or return to nurture counts as never having left, unless the promise was due
    while it was away.
    """
    events = list(events)
    returns = [event for event in events if "returned" in event.names]
    for event in events:
        if event.place <= promise.began:
            continue
        if _fulfils(promise, clause, event):
            return _done(promise, event)
        if _leaves(clause, event) and not _comes_back(promise, event, returns):
            return _left(promise, event)
    return None


def fulfilling_event(
    promise: Promise, clause: SlaClause, events: Sequence[LeadEvent]
) -> LeadEvent | None:
    """The event that did what was promised, in time or late; `events` as for `verdict`."""
    first = bisect_right(events, promise.began, key=attrgetter("place"))
    after = (events[place] for place in range(first, len(events)))
    return next((event for event in after if _fulfils(promise, clause, event)), None)


def _fulfils(promise: Promise, clause: SlaClause, event: LeadEvent) -> bool:
    return clause.ends in event.names and not _came_before(promise, event)


def _came_before(promise: Promise, event: LeadEvent) -> bool:
    """Whether the attempt was made before the promise began, according to its author. They give
    minutes and the database has microseconds, so the same minute is not before."""
    if event.reported_at is None:
        return False
    return event.reported_at < promise.started_at.replace(second=0, microsecond=0)


def _done(promise: Promise, event: LeadEvent) -> Verdict:
    met_at = min(max(event.at, promise.started_at), event.recorded_at)
    if event.recorded_at <= promise.due_at:
        return Verdict(KEPT, ended_at=met_at, met_at=met_at)
    return Verdict(BROKEN, ended_at=promise.due_at, met_at=met_at)


def _left(promise: Promise, event: LeadEvent) -> Verdict:
    if event.recorded_at <= promise.due_at:
        return Verdict(LAPSED, ended_at=event.recorded_at)
    return Verdict(BROKEN, ended_at=promise.due_at)


def _comes_back(promise: Promise, event: LeadEvent, returns: Iterable[LeadEvent]) -> bool:
    later = (again for again in returns if again.place > event.place)
    back = next((again for again in later if _undoes(again, event)), None)
    if back is None:
        return False
    return not event.recorded_at <= promise.due_at <= back.recorded_at


def _undoes(again: LeadEvent, event: LeadEvent) -> bool:
    """A disqualification ends with the next return from it; one from nurture names its event."""
    if "disqualified" in event.names:
        return again.undoes is None
    return again.undoes == event.id


def _leaves(clause: SlaClause, event: LeadEvent) -> bool:
    """Whether this event ends any claim to the promise."""
    if clause.ends in CONTACTS and "contact_forbidden" in event.names:
        return True
    return clause.ends not in OWED_ANYWAY and not _LEAVES.isdisjoint(event.names)
