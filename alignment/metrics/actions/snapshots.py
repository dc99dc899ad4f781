"""Keeping each day's number as it first was, and saying so when late rows change it."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import isclose
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models.functions import Now

from alignment.core.live import bus

from ..models import Snapshot
from ..queries.snapshots import READ_AGAIN_DAYS, missed, reckoned
from ..rules import Measure
from .assumptions import LIVE

if TYPE_CHECKING:
    from alignment.people.models import Program


def take(*, program: Program, now: datetime) -> int:
    """Write the snapshots that are missing up to yesterday; how many. Safe at the same time.

    Whoever takes a new day also reads the days before again.
    """
    yesterday = now.astimezone(ZoneInfo(program.time_zone)).date() - timedelta(days=1)
    todo = missed(program, yesterday=yesterday)
    for key, day in todo:
        found = reckoned(program, key, day)
        row = Snapshot(
            program=program,
            metric=key,
            day=day,
            value=found.value,
            numerator=found.numerator,
            denominator=found.denominator,
            sample=found.sample,
            latest_value=found.value,
            latest_numerator=found.numerator,
            latest_denominator=found.denominator,
        )
        # Unique: of two that are at it, the first one's value stays.
        Snapshot.objects.bulk_create([row], ignore_conflicts=True)
    if todo:
        restate(program=program, now=now)
        bus.publish(program.pk, LIVE)
    return len(todo)


def restate(*, program: Program, now: datetime) -> int:
    """Read the last days again. The first value is kept; how many differ from what was known."""
    today = now.astimezone(ZoneInfo(program.time_zone)).date()
    rows = Snapshot.objects.in_program(program)
    changed = 0
    for row in rows.filter(day__gte=today - timedelta(days=READ_AGAIN_DAYS)).order_by("day", "pk"):
        found = reckoned(program, row.metric, row.day)
        if _same(row, found):
            continue
        changed += rows.filter(pk=row.pk).update(
            latest_value=found.value,
            latest_numerator=found.numerator,
            latest_denominator=found.denominator,
            restated_at=Now(),
        )
    return changed


def _same(row: Snapshot, found: Measure) -> bool:
    pairs = (
        (row.latest_value, found.value),
        (row.latest_numerator, found.numerator),
        (row.latest_denominator, found.denominator),
    )
    return all(
        known == new if known is None or new is None else isclose(known, new, abs_tol=1e-9)
        for known, new in pairs
    )
