"""Keeping each day's figures as first measured, and marking later changes from late rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import isclose
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from alignment.core.live import bus

from ..models import Snapshot
from ..queries.snapshots import READ_AGAIN_DAYS, missed, reckoned
from .assumptions import LIVE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from alignment.people.models import Program

    from ..rules import Measure

KEPT = ("value", "numerator", "denominator")


def take(*, program: Program, now: datetime) -> int:
    """Write the missing snapshots up to yesterday, as of `now`; returns how many. Safe to run
    concurrently."""
    yesterday = now.astimezone(ZoneInfo(program.time_zone)).date() - timedelta(days=1)
    taken = 0
    for day, keys in missed(program, yesterday=yesterday).items():
        found = reckoned(program, keys, day, as_of=now)
        rows = [_first(program, day, key, found[key], now) for key in keys]
        # The unique constraint keeps the first value if two runs write the same day.
        Snapshot.objects.bulk_create(rows, ignore_conflicts=True)
        taken += len(rows)
    if taken:
        bus.publish(program.pk, LIVE)
    return taken


def _first(program: Program, day: date, key: str, found: Measure, now: datetime) -> Snapshot:
    row = Snapshot(program=program, metric=key, day=day, sample=found.sample, taken_at=now)
    for prefix in ("", "restated_", "latest_"):
        _set(row, prefix, found)
    return row


def restate(*, program: Program, now: datetime) -> int:
    """Measure the last days again, each as of when its snapshot was taken and as of now; returns
    how many differ from what was stored. The first value is kept."""
    today = now.astimezone(ZoneInfo(program.time_zone)).date()
    rows = Snapshot.objects.in_program(program)
    groups: dict[tuple[date, datetime], dict[str, Snapshot]] = {}
    for row in rows.filter(day__gte=today - timedelta(days=READ_AGAIN_DAYS)).order_by("day", "pk"):
        groups.setdefault((row.day, row.taken_at), {})[row.metric] = row
    changed = [
        row
        for (day, taken_at), known in groups.items()
        for row in _read_again(program, day, taken_at, known, now)
    ]
    names = [f"{prefix}{name}" for prefix in ("restated_", "latest_") for name in KEPT]
    rows.bulk_update(changed, [*names, "restated_at"], batch_size=500)
    if changed:
        bus.publish(program.pk, LIVE)
    return len(changed)


def _read_again(
    program: Program,
    day: date,
    taken_at: datetime,
    known: Mapping[str, Snapshot],
    now: datetime,
) -> list[Snapshot]:
    """The day's snapshots that differ, with their new values."""
    then = reckoned(program, known, day, as_of=taken_at)
    latest = reckoned(program, known, day, as_of=None)
    changed = []
    for key, measure in then.items():
        row = known[key]
        if _same(row, "restated_", measure) and _same(row, "latest_", latest[key]):
            continue
        if not _same(row, "restated_", measure):
            row.restated_at = None if _same(row, "", measure) else now
        _set(row, "restated_", measure)
        _set(row, "latest_", latest[key])
        changed.append(row)
    return changed


def _set(row: Snapshot, prefix: str, found: Measure) -> None:
    for name in KEPT:
        setattr(row, f"{prefix}{name}", getattr(found, name))


def _same(row: Snapshot, prefix: str, found: Measure) -> bool:
    pairs: list[tuple[Any, Any]] = [
        (getattr(row, f"{prefix}{name}"), getattr(found, name)) for name in KEPT
    ]
    return all(
        known == new if known is None or new is None else isclose(known, new, abs_tol=1e-9)
        for known, new in pairs
    )
