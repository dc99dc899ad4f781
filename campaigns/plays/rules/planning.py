"""A play laid on one account's calendar: where each step falls, what it meets, where it gives way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.calendar.rules.conflicts import (
    TIMELESS,
    Around,
    Conflict,
    conflicts,
    first_conflict,
)
from campaigns.calendar.rules.days import IsDayOff, business_days_between, slipped
from campaigns.calendar.rules.free_places import free_later
from campaigns.calendar.rules.slots import Slot

from .steps import Step, fall

# These reach one person; the others reach the whole committee.
ONE_PERSON = frozenset({"email", "call", "linkedin", "mail"})
# A whole play is moved by as many business days at most: as far as a single free place lies.
MOST_SHIFT = 15
# All touches of a run know of each other, before the database has numbered them.
THREAD = -1


@dataclass(frozen=True, slots=True)
class Cast:
    """Who touches whom on one account: ids of users by side, and of stakeholders."""

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
    """A step where it now lies (`slot`), and where it would lie while nothing is in anybody's way
    (`wish`). `met` is what stood in its way there, or, in a play that could not move as one, once the
    steps before it had carried it along; a step that `gave_way` lies behind that, one that could not
    still lies there. `days_after` says how many business days it now comes after the step that it
    takes up, where the play says otherwise."""

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
        """It moved only because another step did."""
        return self.is_moved and not self.gave_way

    @property
    def in_the_way(self) -> tuple[Conflict, ...]:
        """What the step collides with where it lies."""
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
    around: Around,
    now: datetime,
    gives_way: bool,
) -> list[Placed]:
    """Each step in its turn; later ones see where the earlier ones came to lie.

    With `gives_way`, a play in which a step collides moves as one to the nearest later day on which
    all of its steps find a place, within `MOST_SHIFT` business days: so each keeps its distance to
    the others. Where there is none, a step that collides takes the nearest later place that is free
    and the steps after it move by as many business days; those torn from the step that they take up
    say so (`days_after`).
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
    """A play on one account: its steps with where they would lie, and what they are judged against."""

    wished: Sequence[tuple[Step, Slot]]
    around: Around
    zone: ZoneInfo
    now: datetime

    def as_wished(self) -> list[Placed]:
        """Nothing moves, whatever it meets."""
        laid: list[Placed] = []
        for step, wish in self.wished:
            met = tuple(conflicts(wish, self._seen(laid), self.now))
            laid.append(Placed(step, wish, wish.starts, met))
        return laid

    def as_one(self, stuck: Sequence[Placed]) -> list[Placed] | None:
        """All steps by the same number of business days, the smallest one that fits."""
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
            # Where it was in nobody's way it goes along with the one that was.
            gave_way = bool(before.met) and slot.starts != wish.starts
            met = before.met if gave_way else ()
            laid.append(Placed(step, slot, wish.starts, met, gave_way=gave_way))
        return laid

    def _free_that_day(self, wish: Slot, seen: Around) -> Slot | None:
        """There, or at the next free hour of the same day."""
        if first_conflict(wish, seen, self.now) is None:
            return wish
        slot = next(free_later(wish, seen, self.now, self._rest_of_day(wish)), None)
        return slot if slot and self._day(slot) == self._day(wish) else None

    def _rest_of_day(self, slot: Slot) -> timedelta:
        local = slot.starts.astimezone(self.zone)
        return timedelta(hours=24 - local.hour)

    def step_by_step(self) -> list[Placed]:
        """Each gives way by itself and carries those after it along."""
        laid: list[Placed] = []
        slips: list[tuple[datetime, int]] = []
        for step, wish in self.wished:
            seen = self._seen(laid)
            carried = self._carried(wish, sum(slip for at, slip in slips if at < wish.starts))
            met = tuple(conflicts(carried, seen, self.now))
            # Later only: the order of a play is its sense.
            slot = next(free_later(carried, seen, self.now), None) if met else None
            if slot:
                slips.append((wish.starts, self._days_between(carried, slot)))
            placed = Placed(step, slot or carried, wish.starts, met, gave_way=slot is not None)
            laid.append(replace(placed, days_after=self._torn(placed, laid)))
        return laid

    def _torn(self, placed: Placed, laid: Sequence[Placed]) -> int | None:
        """Business days after the step that it takes up, if the play wants it otherwise."""
        for first in laid:
            if first.step.position == placed.step.follows:
                days = self._days_between(first.slot, placed.slot)
                wanted = placed.step.after_days - first.step.after_days
                return None if days == wanted else days
        return None

    def _seen(self, laid: Sequence[Placed]) -> Around:
        taken = (*self.around.others, *(placed.slot for placed in laid))
        return replace(self.around, others=taken)

    def _carried(self, wish: Slot, days: int) -> Slot:
        """The same hour of the prospect's day, so many business days later."""
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
    """Where the steps fall while nothing is in their way."""
    return [_slot(step, cast, *fall(step, first, zone, is_day_off)) for step in steps]


def _slot(step: Step, cast: Cast, starts: datetime, ends: datetime) -> Slot:
    return Slot(
        account=cast.account,
        people=cast.reached_by(step.channel),
        who=cast.who.get(step.side),
        side=step.side,
        channel=step.channel,
        starts=starts,
        ends=ends,
        # Not numbered by the database yet; below zero it is nobody else's.
        id=-step.position,
        thread=THREAD,
        follows=None if step.follows is None else -step.follows,
        message=step.message,
        asset=step.asset,
    )
