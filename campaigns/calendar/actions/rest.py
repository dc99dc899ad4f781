"""When one touch slips, the later ones in its thread move too."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from alignment.core.audit import record
from alignment.people.models import User
from campaigns.policy.queries import policy_of

from ..days_off import is_day_off
from ..models import Touch
from ..queries.at_work import at_work
from ..queries.conflict_context import conflict_context, slot_of, zone_of
from ..queries.pages import rest_of
from ..rules.conflicts import conflicts
from ..rules.days import business_days_between, slipped
from ..rules.free_places import free_later
from ..rules.slots import Slot
from .refusals import TouchRefused
from .slips import Slip


def move_rest(*, touch: Touch, before: datetime, now: datetime, by: User | None) -> list[Slip]:
    """Move the planned touches after `before` in its thread by as many business days.

    Returns those that moved, earliest first; `notify_slips` notifies their owners. The local time of
    the prospect's day stays. A touch that would collide takes the nearest later place without
    conflict. Raises `TouchRefused` if there is none and the conflict would be hard.
    """
    zone, days = _slipped(touch, before, now)
    if not days:
        return []
    # Last first, so that nothing moves onto the place of a touch that still has to move.
    rows = rest_of(touch, before).order_by("-starts_at", "-pk")
    later = list(rows.select_for_update())
    slips = [_move(row, touch, slipped(row.starts_at, days, zone, is_day_off), by) for row in later]
    return slips[::-1]


def carries_rest(touch: Touch, before: datetime) -> bool:
    """Whether the touches after it move too, now that it left its place at `before`."""
    return _slipped(touch, before, touch.starts_at)[1] > 0


def _slipped(touch: Touch, before: datetime, now: datetime) -> tuple[ZoneInfo, int]:
    """The prospect's zone, and by how many business days the touch slipped there."""
    zone = zone_of(touch.account) or ZoneInfo(touch.program.time_zone)
    first, last = (moment.astimezone(zone).date() for moment in (before, now))
    return zone, business_days_between(first, last, is_day_off)


def _move(row: Touch, of: Touch, starts: datetime, by: User | None) -> Slip:
    length, before = row.ends_at - row.starts_at, row.starts_at
    place = _place(row, of, starts)
    row.starts_at, row.ends_at = place.starts, place.starts + length
    row.save(update_fields=["starts_at", "ends_at", "updated_at"])
    record(by=by, action="touch.slipped", target=row, program_id=row.program_id, after=of.pk)
    return Slip(row, before)


def _place(row: Touch, of: Touch, starts: datetime) -> Slot:
    row.ends_at = starts + (row.ends_at - row.starts_at)
    row.starts_at = starts
    wish = slot_of(row)
    seen = conflict_context(of.program, of.account, wish, policy_of(of.program))
    today = timezone.now()
    met = conflicts(wish, seen, today)
    if not met:
        return wish
    later = next(free_later(wish, at_work(of.program, seen, wish.who), today), None)
    if later is not None:
        return later
    if any(conflict.is_hard for conflict in met):
        raise TouchRefused(met, [])
    return wish
