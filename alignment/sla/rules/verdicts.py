"""What became of a promise: a function of its clock and of the events of its lead, and of nothing else.

So the verdict never depends on when a process looked, how often, or in which order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .contract import SlaClause
from .events import Happening

KEPT, BROKEN, LAPSED = "kept", "broken", "lapsed"
# Owed to the other side although the lead is closed or sent back: it learns from these leads too.
OWED_ANYWAY = ("feedback_given", "crm_updated")
# What nobody may do about a person who must not be contacted.
CONTACTS = ("contacted", "reached", "validation_call")
_LEAVES = frozenset({"closed", "recycled"})


@dataclass(frozen=True, slots=True)
class Promise:
    """A clock as the verdict needs it; `event_id` began it."""

    event_id: int
    started_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """`met_at`: when it was done, in time or late. `ended_at`: done, lapsed, or the due time."""

    state: str
    ended_at: datetime
    met_at: datetime | None = None


def verdict(promise: Promise, clause: SlaClause, events: Iterable[Happening]) -> Verdict | None:
    """How the promise ended; None while only time can tell.

    `events` of the lead in the order of `place`; those up to the beginning are passed over. A deed
    counts from when it was recorded: one of an earlier hour that is told after the due time shows
    that hour, and the promise stays broken. One dated before the promise began is no answer to it,
    whenever it was told. Who disqualified a lead by mistake brings it back: then it never left.
    """
    events = list(events)
    back = max((event.place for event in events if "returned" in event.names), default=None)
    began = (promise.started_at, promise.event_id)
    for event in events:
        if event.place <= began:
            continue
        if clause.ends in event.names and not _came_before(promise, event):
            return _done(promise, event)
        if _leaves(clause, event) and not _comes_back(event, back):
            return _left(promise, event)
    return None


def _came_before(promise: Promise, event: Happening) -> bool:
    """Whether a person says that they made this attempt before the promise began. They say the
    minute, the database the microsecond: within one minute nobody is early."""
    if event.told_at is None:
        return False
    return event.told_at < promise.started_at.replace(second=0, microsecond=0)


def _done(promise: Promise, event: Happening) -> Verdict:
    met_at = min(max(event.at, promise.started_at), event.recorded_at)
    if event.recorded_at <= promise.due_at:
        return Verdict(KEPT, ended_at=met_at, met_at=met_at)
    return Verdict(BROKEN, ended_at=promise.due_at, met_at=met_at)


def _left(promise: Promise, event: Happening) -> Verdict:
    if event.recorded_at <= promise.due_at:
        return Verdict(LAPSED, ended_at=event.recorded_at)
    return Verdict(BROKEN, ended_at=promise.due_at)


def _comes_back(event: Happening, back: tuple[datetime, int] | None) -> bool:
    return "disqualified" in event.names and back is not None and event.place < back


def _leaves(clause: SlaClause, event: Happening) -> bool:
    """Whether after this event nobody can ask for the promise any more."""
    if clause.ends in CONTACTS and "contact_forbidden" in event.names:
        return True
    return clause.ends not in OWED_ANYWAY and not _LEAVES.isdisjoint(event.names)
