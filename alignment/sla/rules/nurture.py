"""Until which day a lead may be sent back to nurture."""

from __future__ import annotations

from datetime import date, timedelta

LONGEST = timedelta(days=3 * 365)


def too_early(until: date, *, today: date) -> bool:
    return until <= today


def too_late(until: date, *, today: date) -> bool:
    return until > today + LONGEST
