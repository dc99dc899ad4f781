"""When one touch slips, what comes after it in its thread moves as well."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from alignment.core.audit import record
from alignment.people.models import User
from campaigns.policy.queries import policy_of

from ..days_off import is_day_off
from ..models import Touch
from ..queries.around import around, slot_of, zone_of
from ..queries.at_work import at_work
from ..queries.pages import rest_of
from ..rules.conflicts import conflicts
from ..rules.days import business_days_between, slipped
from ..rules.free_places import free_later
from ..rules.slots import Slot
from .refusals import TouchRefused
from .slips import Slip


def move_rest(*, touch: Touch, before: datetime, now: datetime, by: User | None) -> list[Slip]:
    """Move the planned touches that lay after `before` in its thread by as many business days.

    Those that moved, the earliest first; `tell_slips` tells whose they are. The hour of the
    prospect's day stays. One that would collide takes the nearest later place
    without conflict. Raises `TouchRefused` where there is none and it would collide hard.
    """
    zone, days = _slipped(touch, before, now)
    if not days:
        return []
    # Last first: nothing is moved onto the place of one that has yet to move.
    rows = rest_of(touch, before).order_by("-starts_at", "-pk")
    later = list(rows.select_for_update())
    slips = [_move(row, touch, slipped(row.starts_at, days, zone, is_day_off), by) for row in later]
    return slips[::-1]


def carries_rest(touch: Touch, before: datetime) -> bool:
    """Whether what comes after it moves along from where it was `before`."""
    return _slipped(touch, before, touch.starts_at)[1] > 0


def _slipped(touch: Touch, before: datetime, now: datetime) -> tuple[ZoneInfo, int]:
    """The zone of the prospect, and how many business days later it is there."""
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
    seen = around(of.program, of.account, wish, policy_of(of.program))
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
