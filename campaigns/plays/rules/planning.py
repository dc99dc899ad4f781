"""Laying out a play on an account's calendar: where steps fall, what they meet, how they move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.calendar.rules.conflicts import (
    TIMELESS,
    Conflict,
    ConflictContext,
    conflicts,
    first_conflict,
)
from campaigns.calendar.rules.days import IsDayOff, business_days_between, slipped
from campaigns.calendar.rules.free_places import free_later
from campaigns.calendar.rules.slots import Slot

from .steps import Step, step_times

# These channels reach one person; the others reach the whole committee.
ONE_PERSON = frozenset({"email", "call", "linkedin", "mail"})
# A whole play moves by at most this many business days, as far as a single free slot may lie.
MOST_SHIFT = 15
# Marks the touches of a run as one thread before the database has given them ids.
THREAD = -1


@dataclass(frozen=True, slots=True)
class Cast:
    """Who touches whom on one account: ids of users by side, and ids of stakeholders."""

    account: int
    contact: int | None
    committee: frozenset[int]
    who: Mapping[str, int | None]

    def reached_by(self, channel: str) -> frozenset[int]:
        if channel not in ONE_PERSON:
            return self.committee
        return frozenset() if self.contact is None else frozenset({self.contact})


@dataclass(frozen=True, slots=True)
class Placed:
    """A step at its current place (`slot`), and the start it would have without conflicts (`wish`).

    `met` are the conflicts at the wished place or, if the play could not move as a whole, at the
    place to which earlier steps carried it. A step that `gave_way` has moved past them; otherwise
    it still lies there. `days_after` is the number of business days since the step it follows, if
    that is not what the play says.
    """

    step: Step
    slot: Slot
    wish: datetime
    met: tuple[Conflict, ...] = ()
    gave_way: bool = False
    days_after: int | None = None

    @property
    def is_moved(self) -> bool:
        return self.slot.starts != self.wish

    @property
    def is_carried(self) -> bool:
        """It moved only because another step moved."""
        return self.is_moved and not self.gave_way

    @property
    def in_the_way(self) -> tuple[Conflict, ...]:
        """The conflicts of the step at its current place."""
        return () if self.gave_way else self.met

    @property
    def is_refused(self) -> bool:
        return any(conflict.is_hard for conflict in self.in_the_way)


def lay_out(
    steps: Sequence[Step],
    cast: Cast,
    first: date,
    zone: ZoneInfo,
    is_day_off: IsDayOff,
    *,
    around: ConflictContext,
    now: datetime,
    gives_way: bool,
) -> list[Placed]:
    """Place the steps in order; later steps take account of where earlier ones were placed.

    With `gives_way`, a play with a conflict moves as a whole to the nearest later day on which all
    of its steps fit, within `MOST_SHIFT` business days, so that the steps keep their distances. If
    there is no such day, each step with a conflict takes the nearest later free slot and the steps
    after it move by as many business days; `days_after` marks steps whose distance to the step they
    follow changed.
    """
    laying = _Laying(
        tuple(zip(steps, wishes(steps, cast, first, zone, is_day_off), strict=True)),
        replace(around, days_in=zone, is_day_off=is_day_off),
        zone,
        now,
    )
    stuck = laying.as_wished()
    if not gives_way or not any(placed.met for placed in stuck):
        return stuck
    return laying.as_one(stuck) or laying.step_by_step()


@dataclass(frozen=True, slots=True)
class _Laying:
    """A play on one account: its steps with their wished slots, and what they may collide with."""

    wished: Sequence[tuple[Step, Slot]]
    around: ConflictContext
    zone: ZoneInfo
    now: datetime

    def as_wished(self) -> list[Placed]:
        """Nothing moves, whatever the conflicts."""
        laid: list[Placed] = []
        for step, wish in self.wished:
            met = tuple(conflicts(wish, self._seen(laid), self.now))
            laid.append(Placed(step, wish, wish.starts, met))
        return laid

    def as_one(self, stuck: Sequence[Placed]) -> list[Placed] | None:
        """Move all steps by the same number of business days, the smallest that fits."""
        if any(conflict.kind in TIMELESS for placed in stuck for conflict in placed.met):
            return None
        for days in range(MOST_SHIFT + 1):
            if (laid := self._shifted(stuck, days)) is not None:
                return laid
        return None

    def _shifted(self, stuck: Sequence[Placed], days: int) -> list[Placed] | None:
        laid: list[Placed] = []
        for (step, wish), before in zip(self.wished, stuck, strict=True):
            slot = self._free_that_day(self._carried(wish, days), self._seen(laid))
            if slot is None:
                return None
            # A step without a conflict of its own only moves along with the others.
            gave_way = bool(before.met) and slot.starts != wish.starts
            met = before.met if gave_way else ()
            laid.append(Placed(step, slot, wish.starts, met, gave_way=gave_way))
        return laid

    def _free_that_day(self, wish: Slot, seen: ConflictContext) -> Slot | None:
        """The slot itself if it is free, else the next free time on the same day."""
        if first_conflict(wish, seen, self.now) is None:
            return wish
        slot = next(free_later(wish, seen, self.now, self._rest_of_day(wish)), None)
        return slot if slot and self._day(slot) == self._day(wish) else None

    def _rest_of_day(self, slot: Slot) -> timedelta:
        local = slot.starts.astimezone(self.zone)
        return timedelta(hours=24 - local.hour)

    def step_by_step(self) -> list[Placed]:
        """Each step gives way on its own and carries those after it along."""
        laid: list[Placed] = []
        slips: list[tuple[datetime, int]] = []
        for step, wish in self.wished:
            seen = self._seen(laid)
            carried = self._carried(wish, sum(slip for at, slip in slips if at < wish.starts))
            met = tuple(conflicts(carried, seen, self.now))
            # Only later slots: a play relies on the order of its steps.
            slot = next(free_later(carried, seen, self.now), None) if met else None
            if slot:
                slips.append((wish.starts, self._days_between(carried, slot)))
            placed = Placed(step, slot or carried, wish.starts, met, gave_way=slot is not None)
            laid.append(replace(placed, days_after=self._torn(placed, laid)))
        return laid

    def _torn(self, placed: Placed, laid: Sequence[Placed]) -> int | None:
        """Business days since the step it follows, if the play asks for a different number."""
        for first in laid:
            if first.step.position == placed.step.follows:
                days = self._days_between(first.slot, placed.slot)
                wanted = placed.step.after_days - first.step.after_days
                return None if days == wanted else days
        return None

    def _seen(self, laid: Sequence[Placed]) -> ConflictContext:
        taken = (*self.around.others, *(placed.slot for placed in laid))
        return replace(self.around, others=taken)

    def _carried(self, wish: Slot, days: int) -> Slot:
        """The same local time of the prospect, `days` business days later."""
        if not days:
            return wish
        starts = slipped(wish.starts, days, self.zone, self.around.is_day_off)
        return replace(wish, starts=starts, ends=starts + (wish.ends - wish.starts))

    def _days_between(self, earlier: Slot, later: Slot) -> int:
        first, last = self._day(earlier), self._day(later)
        return business_days_between(first, last, self.around.is_day_off)

    def _day(self, slot: Slot) -> date:
        return slot.starts.astimezone(self.zone).date()


def wishes(
    steps: Sequence[Step], cast: Cast, first: date, zone: ZoneInfo, is_day_off: IsDayOff
) -> list[Slot]:
    """Where the steps fall without any conflicts."""
    return [_slot(step, cast, *step_times(step, first, zone, is_day_off)) for step in steps]


def _slot(step: Step, cast: Cast, starts: datetime, ends: datetime) -> Slot:
    return Slot(
        account=cast.account,
        people=cast.reached_by(step.channel),
        who=cast.who.get(step.side),
        side=step.side,
        channel=step.channel,
        starts=starts,
        ends=ends,
        # The row has no id yet; negative numbers cannot clash with ids of stored touches.
        id=-step.position,
        thread=THREAD,
        follows=None if step.follows is None else -step.follows,
        message=step.message,
        asset=step.asset,
    )
