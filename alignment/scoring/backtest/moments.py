"""The time at which a past score is taken: just before people decided about the lead.

The score that matters is the one at the hand-over by marketing. Later the deal itself leaves traces
(calls answered, budgets confirmed) that won leads have and lost ones lack; a score taken then would
only repeat the outcome. So the last hand-over before the outcome is used or, if there was none, a
fixed number of days before the outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HANDOFF, DAYS = "handoff", "days"
DEFAULT_DAYS = 30
MOST_DAYS = 365


@dataclass(frozen=True, slots=True)
class Plan:
    """`take` the time of the hand-over, or always a number of days before the outcome."""

    take: str = HANDOFF
    days: int = DEFAULT_DAYS


def moment_of(
    plan: Plan, decided_at: datetime | None, handed_over: Sequence[datetime]
) -> datetime | None:
    """Never after the outcome; None if neither the outcome's date nor a hand-over is known."""
    if plan.take == HANDOFF:
        before = [at for at in handed_over if decided_at is None or at <= decided_at]
        if before:
            return max(before)
    return decided_at - timedelta(days=plan.days) if decided_at else None
