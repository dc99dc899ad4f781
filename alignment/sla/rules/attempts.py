"""When an attempt may have happened, as entered by people or sent by programs."""

from __future__ import annotations

from datetime import datetime, timedelta

# Nobody remembers longer; an older date is likely a mistyped year.
OLDEST = timedelta(days=366)
# The clocks of other machines may be a little ahead.
CLOCK_SKEW = timedelta(minutes=5)


def too_early(at: datetime, *, now: datetime) -> bool:
    return at < now - OLDEST


def too_late(at: datetime, *, now: datetime) -> bool:
    return at > now + CLOCK_SKEW
