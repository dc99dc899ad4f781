"""Our own people can only be at one place at a time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from operator import attrgetter

from .slots import PLANNED, Slot

# Channels for which somebody must be present; messages and advertisements keep nobody busy.
ATTENDED = frozenset({"call", "event", "webinar"})
# A touch this long is an all-day entry, not an appointment.
ALL_DAY = timedelta(hours=23)
# Several accounts may attend one event.
_GATHERINGS = frozenset({"event", "webinar"})
_starts = attrgetter("starts")


def is_appointment(touch: Slot) -> bool:
    """Whether it keeps its person busy."""
    is_fixed = touch.channel in ATTENDED and touch.ends - touch.starts < ALL_DAY
    return is_fixed and touch.state == PLANNED and touch.who is not None


def keeps(touch: Slot, other: Slot) -> bool:
    """Whether both are overlapping appointments of one person; one may begin as the other ends."""
    if touch.who != other.who or not (is_appointment(touch) and is_appointment(other)):
        return False
    return touch.starts < other.ends and other.starts < touch.ends


def is_one_sitting(touch: Slot, other: Slot) -> bool:
    """Whether both are the same event or webinar, attended by both accounts."""
    is_gathering = touch.channel in _GATHERINGS and touch.channel == other.channel
    return is_gathering and touch.starts == other.starts


@dataclass(frozen=True, slots=True)
class Bookings:
    """Appointments by person, in order of their start."""

    of_person: Mapping[int, tuple[Slot, ...]] = field(default_factory=dict)

    def and_(self, touches: Iterable[Slot]) -> Bookings:
        """These appointments plus those among the touches."""
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
        """The appointments that keep its person busy at its time."""
        rows = self.of_person.get(touch.who or 0, ())
        if not rows or not is_appointment(touch):
            return []
        first = bisect_right(rows, touch.starts - ALL_DAY, key=_starts)
        last = bisect_left(rows, touch.ends, key=_starts)
        return [row for row in rows[first:last] if keeps(row, touch)]
