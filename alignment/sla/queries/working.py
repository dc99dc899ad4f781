"""Working time of many clocks: each calendar is asked for once."""

from __future__ import annotations

from ..rules.contract import BUSINESS, SlaClause
from ..rules.hours import WorkingTime
from .hours import clock_time


class Calendars:
    """The calendars that clocks of one batch count in."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, int | None, int | None, str], WorkingTime] = {}

    def of(
        self,
        clause: SlaClause,
        *,
        program_id: int,
        team_id: int | None,
        user_id: int | None,
        state: str,
    ) -> WorkingTime | None:
        """None: the clause counts elapsed time."""
        if clause.time != BUSINESS:
            return None
        key = (program_id, clause.hours_of, team_id, user_id, state)
        if key not in self._known:
            self._known[key] = clock_time(
                program_id=program_id,
                hours_of=clause.hours_of,
                team_id=team_id,
                user_id=user_id,
                state=state,
            )
        return self._known[key]
