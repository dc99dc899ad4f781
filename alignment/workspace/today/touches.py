"""This person's next touches: the late ones first, then those of the next days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from campaigns.calendar.models import Touch
from campaigns.calendar.queries.pages import named, shown, touches_in

if TYPE_CHECKING:
    from alignment.people.models import Membership

SHOWN = 6
MOST_LATE = 3
AHEAD = timedelta(days=7)
# Touches missed longer ago are left to the calendar.
STILL_TO_DO = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class NextTouch:
    touch: Touch
    is_late: bool


def next_touches(membership: Membership) -> list[NextTouch]:
    """At most `SHOWN` of the person's planned touches; five statements at most."""
    now = timezone.now()
    mine = touches_in(membership.program_id).filter(
        who=membership.user_id,
        state=Touch.State.PLANNED,
        starts_at__gte=now - STILL_TO_DO,
        starts_at__lt=now + AHEAD,
    )
    wanted = shown(mine, membership.program_id)
    late = list(wanted.filter(ends_at__lt=now).order_by("-starts_at", "-id")[:MOST_LATE])
    coming = wanted.filter(ends_at__gte=now).order_by("starts_at", "id")[: SHOWN - len(late)]
    return [_row(touch, now) for touch in named(membership.program_id, [*late, *coming])]


def _row(touch: Touch, now: datetime) -> NextTouch:
    return NextTouch(touch, touch.ends_at < now)
