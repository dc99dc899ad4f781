"""Touches that go ahead despite a conflict with this one, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from campaigns.policy.rules import BOUNDS

from ..models import Touch
from .open_conflicts import open_conflicts

# The longest time within which two touches can collide.
_NEAR = timedelta(days=BOUNDS["window_days"][1])
MOST_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Override:
    """A touch that was planned nevertheless, and the kinds of its conflicts with this one."""

    touch: Touch
    kinds: Sequence[str]


def overriding(touch: Touch, now: datetime) -> list[Override]:
    """Planned touches that override a conflict with this one, earliest first.

    The reason also concerns this touch's owner, so both touches show it. Five statements at most.
    """
    near = Touch.objects.in_program(touch.program_id).filter(
        Q(account=touch.account_id) | Q(who__isnull=False, who=touch.who_id),
        state=Touch.State.PLANNED,
        starts_at__gt=touch.starts_at - _NEAR,
        starts_at__lt=touch.starts_at + _NEAR,
    )
    rows = near.exclude(overridden=[]).exclude(pk=touch.pk)
    rows = rows.select_related("account", "overridden_by").order_by("starts_at", "pk")
    looked_at = list(rows[:MOST_LOOKED_AT])
    met = open_conflicts(touch.program, looked_at, now)
    found = []
    for row in looked_at:
        about = {
            conflict.kind.value
            for conflict in met.get(row.pk, ())
            if any(other.id == touch.pk for other in conflict.others)
        }
        if kinds := sorted(about & set(row.overridden)):
            found.append(Override(row, kinds))
    return found
