"""When an attempt may have happened, for whoever tells of it: people and programs alike."""

from __future__ import annotations

from datetime import datetime, timedelta

# What somebody still remembers; beyond it a year was mistyped.
OLDEST = timedelta(days=366)
# Clocks of other machines run ahead a little.
CLOCK_SKEW = timedelta(minutes=5)


def too_early(at: datetime, *, now: datetime) -> bool:
    return at < now - OLDEST


def too_late(at: datetime, *, now: datetime) -> bool:
    return at > now + CLOCK_SKEW
