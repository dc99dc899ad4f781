"""What to do with a clock that is due to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .contract import SlaClause
from .schedule import next_look

RUNNING, BROKEN = "running", "broken"


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a clock. `warned` and `level` count warnings sent and rungs climbed;
    `climbed_at` is when the last rung was climbed, `answered` whether somebody acknowledged it."""

    state: str
    due_at: datetime
    warned: int = 0
    level: int = 0
    climbed_at: datetime | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What to do now. `percent`: warn that this much of the limit has passed. `climb`: escalate to
    this level (from 1), which was due at `climb_due`. `look_at`: when to look again."""

    state: str
    warned: int
    level: int
    look_at: datetime | None
    percent: int | None = None
    climb: int | None = None
    climb_due: datetime | None = None


def step(
    standing: Standing, clause: SlaClause, now: datetime, warnings: Sequence[datetime] = ()
) -> Step:
    """Decide what one look at a clock does; safe to repeat, and never early.

    `warnings` are only needed for running clocks that are not due yet. If several were missed, only
    the last is sent. Each look climbs one rung at most, so that everybody gets the agreed time to
    answer, however late the sweep was.
    """
    if standing.state == RUNNING and now < standing.due_at:
        return _warn(standing, clause, now, warnings)
    return _climb(standing, clause, now)


def _warn(
    standing: Standing, clause: SlaClause, now: datetime, warnings: Sequence[datetime]
) -> Step:
    passed = max(standing.warned, sum(moment <= now for moment in warnings))
    look_at = next_look(warnings, passed, standing.due_at)
    percent = clause.warn_at[passed - 1] if passed > standing.warned else None
    return Step(RUNNING, passed, standing.level, look_at, percent=percent)


def _climb(standing: Standing, clause: SlaClause, now: datetime) -> Step:
    level = standing.level
    due = (
        None if standing.answered else rung_due(clause, level, standing.due_at, standing.climbed_at)
    )
    if due is None or due > now:
        return Step(BROKEN, standing.warned, level, due)
    again = rung_due(clause, level + 1, standing.due_at, now)
    return Step(BROKEN, standing.warned, level + 1, again, climb=level + 1, climb_due=due)


def rung_due(
    clause: SlaClause, level: int, due_at: datetime, climbed_at: datetime | None
) -> datetime | None:
    """When to climb from `level` to the next; None at the top. The first rung counts from the
    breach, the others from the previous climb."""
    if level >= len(clause.ladder):
        return None
    since = climbed_at if level and climbed_at else due_at
    return since + timedelta(minutes=clause.ladder[level].after_minutes)
