"""Working time for many clocks: a program's calendars are read once per batch."""

from __future__ import annotations

from ..rules.contract import BUSINESS, SlaClause
from ..rules.hours import WorkingTime
from .hours import Calendars, calendars


class BatchCalendars:
    """The calendars used by the clocks of one batch."""

    def __init__(self) -> None:
        self._known: dict[int, Calendars] = {}

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
        if program_id not in self._known:
            self._known[program_id] = calendars(program_id)
        return self._known[program_id].of(
            clause.hours_of, team_id=team_id, user_id=user_id, state=state
        )
