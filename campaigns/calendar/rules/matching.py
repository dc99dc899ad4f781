"""Which planned touch something that happened corresponds to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

# A contact counts for a plan this far away; people call a day late or mail a day early.
NEAR = timedelta(days=3)
# A prospect's act answers an earlier touch, or a slightly later one because clocks differ.
ANSWERS_WITHIN = timedelta(days=14)
CLOCKS_DIFFER = timedelta(days=1)


class Meaning(NamedTuple):
    """What an occurrence means for a touch. `is_answer`: the prospect did it, not our people."""

    channel: str
    result: str = ""
    is_answer: bool = False

    @property
    def is_contact(self) -> bool:
        """Whether the prospect was reached at that moment. An answered call is; an opened mail was
        sent earlier, and the opening says neither when nor by whom."""
        return not self.is_answer or self.channel == "call"


# Signals that imply a contact, by code; others are about the prospect alone.
SIGNALS: Mapping[str, Meaning] = {
    "email_sent": Meaning("email"),
    "email_opened": Meaning("email", "opened", is_answer=True),
    "email_clicked": Meaning("email", "opened", is_answer=True),
    "email_replied": Meaning("email", "replied", is_answer=True),
    "email_bounced": Meaning("email", "bounced", is_answer=True),
    "call_made": Meaning("call"),
    "call_answered": Meaning("call", "replied", is_answer=True),
    "linkedin_sent": Meaning("linkedin"),
    "linkedin_replied": Meaning("linkedin", "replied", is_answer=True),
    "mail_sent": Meaning("mail"),
    "webinar_attended": Meaning("webinar"),
    "event_met": Meaning("event"),
}
# Of these nobody of the prospect did anything: we sent or dialled, or it did not arrive.
WORDLESS = frozenset({"email_sent", "email_bounced", "call_made", "linkedin_sent", "mail_sent"})
# Outcomes of logged attempts; meetings and other ways have no channel in the calendar.
OUTCOMES: Mapping[str, str] = {
    "reached": "replied",
    "no_answer": "no_answer",
    "voicemail": "no_answer",
    "sent": "",
    "wrong": "bounced",
}
# Results by how much they say; a later opening does not undo a reply.
_WEIGHT = {
    "": 0,
    "no_answer": 1,
    "bounced": 1,
    "opened": 2,
    "replied": 3,
    "not_interested": 4,
    "meeting": 4,
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened with one person, `at` an aware time; `who` of our people did it, if
    known."""

    meaning: Meaning
    at: datetime
    who: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A touch of the same person and channel that is not skipped. `is_proven`: a contact of ours
    was already matched to it, so another contact is not it."""

    id: int
    starts: datetime
    ends: datetime
    done_at: datetime | None = None
    who: int | None = None
    is_proven: bool = False

    @property
    def begins(self) -> datetime:
        return self.done_at or self.starts

    @property
    def finishes(self) -> datetime:
        return self.done_at or self.ends


def match(event: Event, candidates: Iterable[Candidate]) -> int | None:
    """The id of the matching touch; None if none matches."""
    fits = _answered if event.meaning.is_answer else _was
    found = [candidate for candidate in candidates if fits(event, candidate)]
    best = min(found, key=lambda candidate: _rank(event, candidate), default=None)
    return best.id if best else None


def _was(event: Event, touch: Candidate) -> bool:
    """Whether the event may be this touch; not if a colleague has done it already."""
    if touch.is_proven or (touch.done_at and _is_others(event, touch)):
        return False
    return _distance(event, touch) <= NEAR


def _answered(event: Event, touch: Candidate) -> bool:
    return touch.begins - CLOCKS_DIFFER <= event.at <= touch.finishes + ANSWERS_WITHIN


def _rank(event: Event, touch: Candidate) -> tuple[object, ...]:
    """One's own touch ranks before a colleague's, then the nearest; an answer needs a touch that
    has begun."""
    is_ahead = event.meaning.is_answer and touch.begins > event.at
    return (_is_others(event, touch), is_ahead, _distance(event, touch), touch.id)


def _is_others(event: Event, touch: Candidate) -> bool:
    return event.who is not None and touch.who is not None and event.who != touch.who


def _distance(event: Event, touch: Candidate) -> timedelta:
    return max(touch.begins - event.at, event.at - touch.finishes, timedelta(0))


def done_by_answer(*, planned: datetime, answered: datetime) -> datetime:
    """When a touch was done if only an answer shows it: as planned, but not after the answer."""
    return min(planned, answered)


def better(known: str, told: str) -> str:
    """The result that says more; on a tie the known one stays."""
    return told if _WEIGHT[told] > _WEIGHT[known] else known
