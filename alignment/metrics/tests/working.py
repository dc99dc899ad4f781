"""Working time by pandas: a team's hours laid out day by day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandas.tseries.holiday import USFederalHolidayCalendar

DEFAULT_WEEK = [[[540, 1020]]] * 5 + [[], []]


def worked(
    handed: pd.DataFrame, teams: dict[Any, Any], hours: dict[Any, dict[str, Any]], zone: str
) -> list[float]:
    """Seconds of each wait within the hours of the owner's team."""
    usual = {"time_zone": zone, "week": DEFAULT_WEEK, "holidays": "federal"}
    spans: dict[Any, tuple[Any, Any]] = {}
    found = []
    for owner, begin, seconds in zip(handed.owner_id, handed.handed_at, handed.took, strict=True):
        team = teams.get(owner)
        if team not in spans:
            spans[team] = _spans(**_known(hours.get(team, usual)))
        starts, ends = spans[team]
        shared = np.minimum(ends, begin.value + seconds * 1e9) - np.maximum(starts, begin.value)
        found.append(shared.clip(min=0).sum() / 1e9)
    return found


def _known(hours: dict[str, Any]) -> dict[str, Any]:
    return {name: hours[name] for name in ("time_zone", "week", "holidays")}


def _spans(time_zone: str, week: list[Any], holidays: str) -> tuple[Any, Any]:
    """Starts and ends of all shifts from 2025 to 2026, in nanoseconds."""
    days = pd.date_range("2025-10-01", "2026-12-31")
    off = USFederalHolidayCalendar().holidays() if holidays == "federal" else []
    wall = [
        (day + pd.Timedelta(minutes=start), day + pd.Timedelta(minutes=end))
        for day in days.difference(off)
        for start, end in week[day.weekday()]
    ]
    return tuple(
        pd.DatetimeIndex([span[at] for span in wall]).tz_localize(time_zone).as_unit("ns").asi8
        for at in (0, 1)
    )
