"""A play laid on one account's calendar: where each step falls, what it meets, where it gives way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from campaigns.calendar.rules.conflicts import Around, Conflict, conflicts, free_later
from campaigns.calendar.rules.days import IsDayOff, business_days_between, slipped
from campaigns.calendar.rules.slots import Slot

from .steps import Step, fall

# These reach one person; the others reach the whole committee.
ONE_PERSON = frozenset({"email", "call", "linkedin", "mail"})
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
    (`wish`). `met` is what stood in its way once the steps before it had carried it along; a step
    that `gave_way` lies behind that, one that could not still lies there."""

    step: Step
    slot: Slot
    wish: datetime
    met: tuple[Conflict, ...] = ()
    gave_way: bool = False

    @property
    def is_moved(self) -> bool:
        return self.slot.starts != self.wish

    @property
    def is_carried(self) -> bool:
        """It moved only because a step before it did."""
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

    With `gives_way`, a step that collides takes the nearest later place that has no conflict, and
    the steps after it move by as many business days, as they do when a touch slips.
    """
    laid: list[Placed] = []
    slips: list[tuple[datetime, int]] = []
    for step, wish in zip(steps, wishes(steps, cast, first, zone, is_day_off), strict=True):
        taken = (*around.others, *(placed.slot for placed in laid))
        seen = replace(around, others=taken, days_in=zone, is_day_off=is_day_off)
        days = sum(slip for moved, slip in slips if moved < wish.starts)
        carried = _carried(wish, days, zone, is_day_off)
        met = tuple(conflicts(carried, seen, now))
        # Later only: the order of a play is its sense.
        slot = next(free_later(carried, seen, now), None) if met and gives_way else None
        if slot:
            slips.append((wish.starts, _days_between(carried, slot, zone, is_day_off)))
        laid.append(Placed(step, slot or carried, wish.starts, met, gave_way=slot is not None))
    return laid


def _carried(wish: Slot, days: int, zone: ZoneInfo, is_day_off: IsDayOff) -> Slot:
    """The same hour of the prospect's day, so many business days later."""
    if not days:
        return wish
    starts = slipped(wish.starts, days, zone, is_day_off)
    return replace(wish, starts=starts, ends=starts + (wish.ends - wish.starts))


def _days_between(earlier: Slot, later: Slot, zone: ZoneInfo, is_day_off: IsDayOff) -> int:
    first, last = (slot.starts.astimezone(zone).date() for slot in (earlier, later))
    return business_days_between(first, last, is_day_off)


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
