"""A play laid on one account's calendar: where each step falls, what it meets, where it gives way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from campaigns.calendar.rules.conflicts import Around, Conflict, Slot, conflicts, free_later
from campaigns.calendar.rules.days import IsDayOff

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
    """A step where it now lies. `met` is what stood in its way where it would have fallen; a step
    that gave way lies elsewhere (`slot`), one that could not still lies there."""

    step: Step
    slot: Slot
    wish: datetime
    met: tuple[Conflict, ...] = ()

    @property
    def gave_way(self) -> bool:
        return self.slot.starts != self.wish

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

    With `gives_way`, a step that collides takes the nearest later place that has no conflict.
    """
    laid: list[Placed] = []
    for step, wish in zip(steps, wishes(steps, cast, first, zone, is_day_off), strict=True):
        seen = replace(around, others=(*around.others, *(placed.slot for placed in laid)))
        met = tuple(conflicts(wish, seen, now))
        slot = _way_out(wish, seen, now, is_day_off, zone) if met and gives_way else None
        laid.append(Placed(step, slot or wish, wish.starts, met))
    return laid


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
    )


def _way_out(
    wish: Slot, seen: Around, now: datetime, is_day_off: IsDayOff, zone: ZoneInfo
) -> Slot | None:
    """Later only: the order of a play is its sense. Never on a day off of the prospect."""
    later = free_later(wish, seen, now)
    return next((p for p in later if not _is_free_day(p.starts, is_day_off, zone)), None)


def _is_free_day(moment: datetime, is_day_off: IsDayOff, zone: ZoneInfo) -> bool:
    day = moment.astimezone(zone).date()
    return day.weekday() >= 5 or is_day_off(day)
