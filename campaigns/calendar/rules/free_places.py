"""Free places for a touch before and after its wished time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from .conflicts import CAPS, TIMELESS, ConflictContext, first_conflict, refusals
from .slots import Slot

# Places are tried at whole half-hours in UTC.
STEP = timedelta(minutes=30)
# A free place further from the wish is of no use.
REACH = timedelta(days=21)
_EVER = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def free_slots(touch: Slot, around: ConflictContext, now: datetime) -> list[Slot]:
    """The nearest free places before and after the wish, earlier first; none in the past.

    They lie within the working hours of its person, or at any hour if none of those is free. Empty
    if no time would help: a person refused contact, or nothing fits within `REACH`.
    """
    if not _helps_to_move(touch, around):
        return []
    either = (_all_free(touch, around, now, REACH, step) for step in (-STEP, STEP))
    found = [place for places in either if (place := next(places, None))]
    if found or not around.works:
        return found
    return free_slots(touch, replace(around, works={}), now)


def free_later(
    touch: Slot, around: ConflictContext, now: datetime, reach: timedelta = REACH
) -> Iterator[Slot]:
    """Free places after the wish and within `reach` of it, nearest first; hours as in
    `free_slots`."""
    if not _helps_to_move(touch, around):
        return
    at_work = _all_free(touch, around, now, reach)
    first = next(at_work, None)
    if first is not None:
        yield first
        yield from at_work
    elif around.works:
        yield from _all_free(touch, replace(around, works={}), now, reach)


def _helps_to_move(touch: Slot, around: ConflictContext) -> bool:
    return not any(conflict.kind in TIMELESS for conflict in refusals(touch, around))


def _all_free(
    touch: Slot, around: ConflictContext, now: datetime, reach: timedelta, step: timedelta = STEP
) -> Iterator[Slot]:
    turns = _turns(around)
    full_after = full_before = _EVER[0]
    for starts in _half_hours(touch, reach, step):
        if full_after < starts < full_before:
            continue
        place = replace(touch, starts=starts, ends=starts + (touch.ends - touch.starts))
        if starts < now or not around.is_open(starts) or not around.is_at_work(place):
            continue
        met = first_conflict(place, around, now)
        if met is None:
            yield place
        elif met.kind in CAPS:
            full_after, full_before = _between(turns, starts)


def _half_hours(touch: Slot, reach: timedelta, step: timedelta) -> Iterator[datetime]:
    wish = touch.starts.astimezone(UTC)
    wish -= (wish - datetime.min.replace(tzinfo=UTC)) % STEP
    return (wish + step * number for number in range(1, reach // STEP + 1))


def _turns(around: ConflictContext) -> list[datetime]:
    """The moments at which a touch begins, enters or leaves a window of the policy. Between two of
    them the caps do not change, so they are not counted again."""
    starts = {other.starts for other in around.others}
    window = around.policy.window
    turns = sorted(start + by for start in starts for by in (-window, timedelta(0), window))
    return [_EVER[0], *turns, _EVER[1]]


def _between(turns: list[datetime], moment: datetime) -> tuple[datetime, datetime]:
    """The turns just before and after the moment, excluding the moment itself."""
    before, after = bisect_left(turns, moment), bisect_right(turns, moment)
    return turns[before - 1], turns[after]
