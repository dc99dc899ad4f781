"""Daily snapshots of metrics."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Min

from ..models import Snapshot
from ..rules import Measure, Period, Slice
from .measuring import measure_all
from .registry import METRICS

if TYPE_CHECKING:
    from alignment.people.models import Program

WINDOW_DAYS = 30
# How far back missing days are filled in, and how far back days are measured again.
MOST_DAYS = 60
READ_AGAIN_DAYS = 30


def window(program: Program, day: date) -> Period:
    """The days that a snapshot of `day` covers."""
    return Period(day - timedelta(days=WINDOW_DAYS - 1), day, program.time_zone)


def missed(program: Program, *, yesterday: date) -> dict[date, list[str]]:
    """The days and metrics without a snapshot: two statements. A new program begins with
    yesterday."""
    rows = Snapshot.objects.in_program(program)
    first = rows.aggregate(first=Min("day"))["first"] or yesterday
    first = max(min(first, yesterday), yesterday - timedelta(days=MOST_DAYS - 1))
    there = set(rows.filter(day__gte=first).values_list("metric", "day"))
    days = [first + timedelta(days=n) for n in range((yesterday - first).days + 1)]
    wanted = {day: [key for key in METRICS if (key, day) not in there] for day in days}
    return {day: keys for day, keys in wanted.items() if keys}


def reckoned(
    program: Program, keys: Iterable[str], day: date, *, as_of: datetime | None
) -> dict[str, Measure]:
    """Figures of those metrics that still exist, as of a moment or now."""
    metrics = [METRICS[key] for key in keys if key in METRICS]
    return measure_all(program, metrics, window(program, day), Slice(), as_of=as_of)


def history(program: Program, key: str, *, days: int) -> list[Snapshot]:
    """The latest snapshots, oldest first."""
    rows = Snapshot.objects.in_program(program).filter(metric=key).order_by("-day")[:days]
    return list(rows)[::-1]


def histories(program: Program, keys: Collection[str], *, days: int) -> dict[str, list[Snapshot]]:
    """Snapshots of several metrics in one statement: by metric, oldest day first."""
    rows: Iterable[Snapshot] = (
        Snapshot.objects.in_program(program)
        .filter(metric__in=keys)
        .order_by("-day", "metric")[: days * max(len(keys), 1)]
    )
    found: dict[str, list[Snapshot]] = {key: [] for key in keys}
    for row in rows:
        found[row.metric].insert(0, row)
    return found
