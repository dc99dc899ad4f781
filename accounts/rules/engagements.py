"""When an engagement may have happened, for all ways of entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)
# Clocks differ a little.
AHEAD = timedelta(hours=1)


def too_early(moment: datetime) -> bool:
    """Earlier dates are mostly ones that were never filled in."""
    return moment < FIRST_DAY


def too_late(moment: datetime, *, now: datetime) -> bool:
    """What has not happened yet cannot count."""
    return moment > now + AHEAD
