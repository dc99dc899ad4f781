"""The moment at which a past score is taken: just before people decided about the lead.

What counts is what the score said when marketing handed the lead over. Later the deal itself
leaves traces (calls answered, budgets confirmed) that the won have and the lost lack; a score
taken then would only repeat the outcome. So the last hand-over before the outcome is taken, and
where there was none, a fixed number of days before it.
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
    """`take` the hand-over, or always so many days before the outcome."""

    take: str = HANDOFF
    days: int = DEFAULT_DAYS


def moment_of(
    plan: Plan, decided_at: datetime | None, handed_over: Sequence[datetime]
) -> datetime | None:
    """Never after the outcome; None where neither an outcome's date nor a hand-over is known."""
    if plan.take == HANDOFF:
        before = [at for at in handed_over if decided_at is None or at <= decided_at]
        if before:
            return max(before)
    return decided_at - timedelta(days=plan.days) if decided_at else None
