"""Numbers as they stood, day by day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Min

from ..models import Snapshot
from ..rules import Measure, Period, Slice
from .measuring import measure
from .registry import METRICS

if TYPE_CHECKING:
    from alignment.people.models import Program

WINDOW_DAYS = 30
# How far back missed days are caught up with, and days are read again.
MOST_DAYS = 60
READ_AGAIN_DAYS = 30


def window(program: Program, day: date) -> Period:
    """The days that a snapshot of `day` looks at."""
    return Period(day - timedelta(days=WINDOW_DAYS - 1), day, program.time_zone)


def missed(program: Program, *, yesterday: date) -> list[tuple[str, date]]:
    """What a snapshot is missing of: two statements. A program begins with yesterday."""
    rows = Snapshot.objects.in_program(program)
    first = rows.aggregate(first=Min("day"))["first"] or yesterday
    first = max(min(first, yesterday), yesterday - timedelta(days=MOST_DAYS - 1))
    there = set(rows.filter(day__gte=first).values_list("metric", "day"))
    days = [first + timedelta(days=n) for n in range((yesterday - first).days + 1)]
    return [(key, day) for day in days for key in METRICS if (key, day) not in there]


def reckoned(program: Program, key: str, day: date) -> Measure:
    return measure(program, METRICS[key], window(program, day), Slice())


def history(program: Program, key: str, *, days: int) -> list[Snapshot]:
    """The last days that there are, the oldest first."""
    rows = Snapshot.objects.in_program(program).filter(metric=key).order_by("-day")[:days]
    return list(rows)[::-1]


def histories(program: Program, keys: Collection[str], *, days: int) -> dict[str, list[Snapshot]]:
    """Of several metrics, in one statement: by metric, the oldest day first."""
    rows: Iterable[Snapshot] = (
        Snapshot.objects.in_program(program)
        .filter(metric__in=keys)
        .order_by("-day", "metric")[: days * max(len(keys), 1)]
    )
    found: dict[str, list[Snapshot]] = {key: [] for key in keys}
    for row in rows:
        found[row.metric].insert(0, row)
    return found
