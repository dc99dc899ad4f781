"""The days of deals, which are those of the program: both teams and the API read the same."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone

if TYPE_CHECKING:
    from datetime import date

    from alignment.people.models import Program


def zone_of(program: Program) -> ZoneInfo:
    return ZoneInfo(program.time_zone)


def today_in(program: Program) -> date:
    return timezone.localdate(timezone=zone_of(program))


def midnight(program: Program, day: date) -> datetime:
    return datetime.combine(day, time(), zone_of(program))
