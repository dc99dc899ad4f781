"""The SLA contract as a value: promises of one side to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Time = Literal["elapsed", "business"]
# Whose hours count: the owing team's, the rep's own (time zone and leave), the prospect's by state.
HoursOf = Literal["team", "rep", "prospect"]
Kind = Literal["timed", "condition"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder. `after_minutes` without an answer, counted from the step before;
    the first from the breach. `to`: `manager` (of the owing side), `other_manager`, `owner` (of
    the program). `channels`: `app`, `email`, `slack`, `webhook`."""

    to: str
    after_minutes: int
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlaClause:
    """A promise. Timed: from `starts` to `ends` within `minutes`. Condition: `condition` holds
    when `starts` happens; its clock is kept or broken at once.

    `starts`, `ends`: names of EVENTS below. `hours_of` counts for business time only. `warn_at`:
    percentages of the limit, ascending.
    """

    key: str
    owes: str
    kind: Kind
    starts: str
    ends: str = ""
    minutes: int = 0
    time: Time = "elapsed"
    hours_of: HoursOf = "team"
    condition: str = ""
    warn_at: tuple[int, ...] = ()
    ladder: tuple[Rung, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    clauses: tuple[SlaClause, ...] = ()
