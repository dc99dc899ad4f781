"""When a promise has to be looked at: its warnings and its due time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .contract import BUSINESS, SlaClause
from .hours import NoWorkingTime, WorkingTime
from .sums import business_sum, elapsed_sum


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a clock is due, how that was computed, and when to warn (ascending, UTC)."""

    due_at: datetime
    due_sum: list[dict[str, Any]]
    warnings: tuple[datetime, ...]

    def next_look(self, warned: int) -> datetime:
        return next_look(self.warnings, warned, self.due_at)


def schedule(clause: SlaClause, started_at: datetime, working: WorkingTime | None) -> Schedule:
    """Compute the due time and warnings of a timed clause's clock at its start.

    `working` is used for business time only. If no due time can be found (nobody works for years)
    the limit counts as elapsed time, and the sum says so: otherwise the promise would never be due.
    """
    due = deadline(clause, started_at, working)
    if due is None or working is None:
        due_at = started_at.astimezone(UTC) + timedelta(minutes=clause.minutes)
        never = clause.time == BUSINESS
        due_sum = elapsed_sum(started_at, clause.minutes, nobody_works=never)
        return Schedule(due_at, due_sum, _elapsed_warnings(clause, started_at))
    due_sum = business_sum(working, started_at, due)
    return Schedule(due, due_sum, warning_times(clause, started_at, working))


def due_and_look(
    clause: SlaClause, started_at: datetime, working: WorkingTime | None, warned: int
) -> tuple[datetime, datetime]:
    """`due_at` and `next_look(warned)` as in `schedule(...)` but without the sum, for many
    clocks."""
    due = deadline(clause, started_at, working)
    if due is None or working is None:
        due_at = started_at.astimezone(UTC) + timedelta(minutes=clause.minutes)
        return due_at, next_look(_elapsed_warnings(clause, started_at), warned, due_at)
    if warned >= len(clause.warn_at):
        return due, due
    return due, working.add(started_at, clause.minutes * clause.warn_at[warned] / 100)


def deadline(
    clause: SlaClause, started_at: datetime, working: WorkingTime | None
) -> datetime | None:
    """The due time in business time; None: use elapsed time."""
    if clause.time != BUSINESS or working is None:
        return None
    try:
        return working.add(started_at, clause.minutes)
    except NoWorkingTime:
        return None


def warning_times(
    clause: SlaClause, started_at: datetime, working: WorkingTime | None
) -> tuple[datetime, ...]:
    """When each warning percentage is reached, in the same kind of time as the limit."""
    if deadline(clause, started_at, working) is None or working is None:
        return _elapsed_warnings(clause, started_at)
    return tuple(working.add(started_at, clause.minutes * p / 100) for p in clause.warn_at)


def next_look(warnings: Sequence[datetime], warned: int, due_at: datetime) -> datetime:
    """When a running clock next needs attention; `warned` warnings were already sent."""
    return min(warnings[warned], due_at) if warned < len(warnings) else due_at


def _elapsed_warnings(clause: SlaClause, started_at: datetime) -> tuple[datetime, ...]:
    start = started_at.astimezone(UTC)
    return tuple(start + timedelta(seconds=clause.minutes * 60 * p / 100) for p in clause.warn_at)
