"""Our own people are at one place at a time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from operator import attrgetter

from .slots import PLANNED, Slot

# Somebody has to be there; what is sent, or runs by itself, keeps nobody.
ATTENDED = frozenset({"call", "event", "webinar"})
# What lasts as long is an entry for the day, not an appointment.
ALL_DAY = timedelta(hours=23)
# Many accounts are at one event.
_GATHERINGS = frozenset({"event", "webinar"})
_starts = attrgetter("starts")


def is_appointment(touch: Slot) -> bool:
    """Whether it keeps whoever does it busy at its time."""
    is_fixed = touch.channel in ATTENDED and touch.ends - touch.starts < ALL_DAY
    return is_fixed and touch.state == PLANNED and touch.who is not None


def keeps(touch: Slot, other: Slot) -> bool:
    """Whether both are appointments of one person that overlap; one may begin as another ends."""
    if touch.who != other.who or not (is_appointment(touch) and is_appointment(other)):
        return False
    return touch.starts < other.ends and other.starts < touch.ends


def is_one_sitting(touch: Slot, other: Slot) -> bool:
    """The same event or webinar, to which both accounts come."""
    is_gathering = touch.channel in _GATHERINGS and touch.channel == other.channel
    return is_gathering and touch.starts == other.starts


@dataclass(frozen=True, slots=True)
class Bookings:
    """Appointments by who has them, in the order in which they begin."""

    of_person: Mapping[int, tuple[Slot, ...]] = field(default_factory=dict)

    def and_(self, touches: Iterable[Slot]) -> Bookings:
        """These, and those of the touches that are appointments."""
        more: dict[int, list[Slot]] = defaultdict(list)
        for touch in touches:
            if is_appointment(touch):
                more[touch.who or 0].append(touch)
        added = {
            who: tuple(sorted((*self.of_person.get(who, ()), *slots), key=_starts))
            for who, slots in more.items()
        }
        return Bookings({**self.of_person, **added})

    def during(self, touch: Slot) -> list[Slot]:
        """What keeps the person of an appointment at its time."""
        rows = self.of_person.get(touch.who or 0, ())
        if not rows or not is_appointment(touch):
            return []
        first = bisect_right(rows, touch.starts - ALL_DAY, key=_starts)
        last = bisect_left(rows, touch.ends, key=_starts)
        return [row for row in rows[first:last] if keeps(row, touch)]
