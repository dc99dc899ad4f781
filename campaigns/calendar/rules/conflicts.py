"""Finding the conflicts of a planned touch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from alignment.sla.rules.hours import WorkingTime
from campaigns.policy.rules import ContactPolicy

from ..days_off import is_day_off
from .bookings import ATTENDED, Bookings, is_one_sitting, keeps
from .days import IsDayOff, opening_day
from .slots import DONE, PLANNED, SKIPPED, Slot

# Channels that reach a person at the hour of sending, unlike an advertisement.
PERSONAL = frozenset({"email", "call", "linkedin"})
_A_MOMENT = timedelta(seconds=1)


class Kind(StrEnum):
    DOUBLE = "double_prospecting"
    CLASH = "message_clash"
    STAKEHOLDER_CAP = "stakeholder_cap"
    ACCOUNT_CAP = "account_cap"
    QUIET = "quiet_hours"
    NO_CONSENT = "no_consent"
    DO_NOT_CONTACT = "do_not_contact"
    FIRST_NOT_DONE = "first_not_done"
    PAUSED = "marketing_paused"
    SAME = "same_touch"
    BOOKED = "double_booking"
    DAY_OFF = "not_business_day"


HARD = frozenset({Kind.DOUBLE, Kind.SAME, Kind.NO_CONSENT, Kind.DO_NOT_CONTACT})
# Conflicts that do not depend on the time.
TIMELESS = frozenset({Kind.NO_CONSENT, Kind.DO_NOT_CONTACT})
CAPS = frozenset({Kind.STAKEHOLDER_CAP, Kind.ACCOUNT_CAP})


@dataclass(frozen=True, slots=True)
class ConflictContext:
    """What a touch is checked against.

    `others` are touches of its account and people; `zone` is the prospect's (None: unknown, so
    quiet hours are not checked); `bookings` are our own people's, at any account. Business days are
    those of the prospect, or of `days_in` if the zone is unknown. Free places must lie within the
    hours in `works`, by person; people without hours may work at any time.
    """

    policy: ContactPolicy
    others: tuple[Slot, ...] = ()
    zone: ZoneInfo | None = None
    do_not_contact: frozenset[int] = frozenset()
    refused: Mapping[int, frozenset[str]] = field(default_factory=dict)
    decision_makers: frozenset[int] = frozenset()
    days_in: ZoneInfo | None = None
    is_day_off: IsDayOff = is_day_off
    bookings: Bookings = field(default_factory=Bookings)
    works: Mapping[int, WorkingTime] = field(default_factory=dict)

    def is_open(self, moment: datetime) -> bool:
        day = moment.astimezone(self.zone or self.days_in or UTC).date()
        return opening_day(day, self.is_day_off) == day

    def is_at_work(self, touch: Slot) -> bool:
        """Whether its person works when it begins, and until it ends if presence is required."""
        hours = self.works.get(touch.who or 0)
        if hours is None:
            return True
        stays = touch.channel in ATTENDED and not hours.is_open(touch.ends - _A_MOMENT)
        return hours.is_open(touch.starts) and not stays


@dataclass(frozen=True, slots=True)
class Conflict:
    kind: Kind
    person: int | None = None
    other: Slot | None = None
    # For a cap: how many touches the fullest window would hold, and those near enough to count.
    count: int = 0
    counted: tuple[Slot, ...] = field(default=(), compare=False, repr=False)
    # For a first touch that is not done: `other` follows this one and is planned before it.
    is_overtaken: bool = False
    # For double prospecting: this touch names nobody to do it yet.
    names_nobody: bool = False

    @property
    def is_hard(self) -> bool:
        return self.kind in HARD

    @property
    def others(self) -> tuple[Slot, ...]:
        """The touches that the conflict is about."""
        return (self.other,) if self.other else self.counted


def conflicts(touch: Slot, around: ConflictContext, now: datetime) -> list[Conflict]:
    """Hard ones first. A touch never collides with its own former place."""
    return sorted(_found(touch, around, now), key=lambda conflict: not conflict.is_hard)


def first_conflict(touch: Slot, around: ConflictContext, now: datetime) -> Conflict | None:
    """The conflict that is cheapest to find; None if its place is free."""
    return next(_found(touch, around, now), None)


def _found(touch: Slot, around: ConflictContext, now: datetime) -> Iterator[Conflict]:
    """Lazily, the cheapest to find first: one conflict is enough to rule out a place."""
    if _meets_quiet_hours(touch, around):
        yield Conflict(Kind.QUIET)
    if touch.channel in PERSONAL and not around.is_open(touch.starts):
        yield Conflict(Kind.DAY_OFF)
    yield from _booked(touch, around)
    others = [other for other in around.others if touch.id is None or other.id != touch.id]
    live = [other for other in others if other.state != SKIPPED]
    yield from refusals(touch, around)
    yield from _doubles(touch, live, around.policy)
    yield from _repeats(touch, live)
    yield from _clashes(touch, live, around.policy)
    yield from _pauses(touch, live, around)
    yield from _caps(touch, live, around.policy)
    first = next((other for other in others if other.id == touch.follows), None)
    if touch.follows is not None and first is not None and _is_missing(first, touch, now):
        yield Conflict(Kind.FIRST_NOT_DONE, other=first)


def _booked(touch: Slot, around: ConflictContext) -> Iterator[Conflict]:
    """Its person has another appointment then, at this account or another one."""
    here = [other for other in around.others if keeps(other, touch)]
    met = {other.id: other for other in (*here, *around.bookings.during(touch))}
    for pk, other in met.items():
        if (touch.id is None or pk != touch.id) and not is_one_sitting(touch, other):
            yield Conflict(Kind.BOOKED, other=other)


def refusals(touch: Slot, around: ConflictContext) -> Iterator[Conflict]:
    """Conflicts about people it must not reach at any time."""
    for person in sorted(touch.people):
        if person in around.do_not_contact:
            yield Conflict(Kind.DO_NOT_CONTACT, person)
        elif touch.channel in around.refused.get(person, frozenset()):
            yield Conflict(Kind.NO_CONSENT, person)


def _are_within(a: Slot, b: Slot, distance: timedelta) -> bool:
    """Whether the two are less than `distance` apart; exactly that is enough."""
    return a.starts < b.ends + distance and b.starts < a.ends + distance


def _doubles(touch: Slot, live: Iterable[Slot], policy: ContactPolicy) -> Iterator[Conflict]:
    """Half of each touch's gap applies between two touches, like the slots in the database; a new
    policy does not affect old touches."""
    own = policy.gap_hours if touch.gap_hours is None else touch.gap_hours
    for other in live:
        if touch.is_linked_to(other) or touch.is_surely_of_whom(other) or _is_repeat(touch, other):
            continue
        theirs = policy.gap_hours if other.gap_hours is None else other.gap_hours
        if _are_within(touch, other, timedelta(minutes=30 * (own + theirs))):
            for person in sorted(touch.people & other.people):
                yield Conflict(Kind.DOUBLE, person, other, names_nobody=touch.who is None)


def _repeats(touch: Slot, live: Iterable[Slot]) -> Iterator[Conflict]:
    """An identical touch is already planned."""
    for other in live:
        if _is_repeat(touch, other):
            for person in sorted(touch.people & other.people):
                yield Conflict(Kind.SAME, person, other)


def _is_repeat(touch: Slot, other: Slot) -> bool:
    is_same = other.state == PLANNED and _what(other) == _what(touch)
    return is_same and bool(touch.people & other.people)


def _what(touch: Slot) -> tuple[int | None, str, datetime, str, int | None]:
    return touch.who, touch.channel, touch.starts, touch.message, touch.asset


def _caps(touch: Slot, live: list[Slot], policy: ContactPolicy) -> Iterator[Conflict]:
    close = _near(touch, live, policy)
    for person in sorted(touch.people):
        near = [other for other in close if person in other.people]
        count = _fullest(touch.starts, near, policy.window, policy.per_stakeholder)
        if count > policy.per_stakeholder:
            yield Conflict(Kind.STAKEHOLDER_CAP, person, count=count, counted=tuple(near))
    near = [other for other in close if other.account == touch.account]
    count = _fullest(touch.starts, near, policy.window, policy.per_account)
    if count > policy.per_account:
        yield Conflict(Kind.ACCOUNT_CAP, count=count, counted=tuple(near))


def _near(touch: Slot, others: Iterable[Slot], policy: ContactPolicy) -> list[Slot]:
    """Touches that share some window of the policy with the touch."""
    return [other for other in others if abs(other.starts - touch.starts) < policy.window]


def _fullest(at: datetime, others: Sequence[Slot], window: timedelta, cap: int) -> int:
    """The most touches in any window that includes `at`, with that one counted; only an upper bound
    if that is within the cap."""
    if len(others) < cap:
        return 1 + len(others)
    near = [other.starts for other in others]
    anchors = [at, *(start for start in near if start < at)]
    return 1 + max(sum(a <= start < a + window for start in near) for a in anchors)


def _clashes(touch: Slot, live: Iterable[Slot], policy: ContactPolicy) -> Iterator[Conflict]:
    """Two different messages at one account clash, whoever sends and gets them, because colleagues
    compare. The same one sent twice to one person on one channel looks like a mistake."""
    for other in live:
        if touch.is_linked_to(other) or not _are_within(touch, other, policy.gap):
            continue
        if touch.message and other.message and touch.message != other.message:
            if other.account == touch.account:
                yield Conflict(Kind.CLASH, other=other)
        elif _is_same_message(touch, other) and not _is_repeat(touch, other):
            for person in sorted(touch.people & other.people):
                yield Conflict(Kind.CLASH, person, other)


def _is_same_message(touch: Slot, other: Slot) -> bool:
    """Whether channel, message and content are equal, and message or content is given."""
    said = (touch.channel, touch.message, touch.asset)
    has_said = bool(touch.message) or touch.asset is not None
    return has_said and said == (other.channel, other.message, other.asset)


def _pauses(touch: Slot, live: Iterable[Slot], around: ConflictContext) -> Iterator[Conflict]:
    """Marketing's own touches pause; one that joined a thread of sales is exempt."""
    deciders = touch.people & around.decision_makers
    if touch.side != "marketing" or not deciders or not around.policy.pause:
        return
    for other in live:
        if other.side != "sales" or touch.is_linked_to(other):
            continue
        if _are_within(touch, other, around.policy.pause):
            for person in sorted(deciders & other.people):
                yield Conflict(Kind.PAUSED, person, other)


def _meets_quiet_hours(touch: Slot, around: ConflictContext) -> bool:
    policy = around.policy
    if around.zone is None or touch.channel not in PERSONAL:
        return False
    if policy.quiet_from == policy.quiet_until:
        return False
    starts = touch.starts.astimezone(around.zone).replace(tzinfo=None)
    ends = touch.ends.astimezone(around.zone).replace(tzinfo=None)
    if policy.is_quiet(starts.hour * 60 + starts.minute):
        return True
    midnight = starts.replace(hour=0, minute=0, second=0, microsecond=0)
    falls = midnight + timedelta(minutes=policy.quiet_from)
    if falls <= starts:
        falls += timedelta(days=1)
    return ends > falls


def _is_missing(first: Slot, touch: Slot, now: datetime) -> bool:
    """Whether it is skipped, overdue, or planned no earlier than its follow-up."""
    if first.state == DONE:
        return False
    return first.state == SKIPPED or first.ends <= now or first.starts >= touch.starts


def overtaken(touch: Slot, follow_ups: Iterable[Slot]) -> list[Conflict]:
    """Conflicts for planned follow-ups that would not come after the touch."""
    return [
        Conflict(Kind.FIRST_NOT_DONE, other=other, is_overtaken=True)
        for other in follow_ups
        if other.follows == touch.id and other.state == PLANNED and other.starts <= touch.starts
    ]
