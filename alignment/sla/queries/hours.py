"""Working time of a team, a person or a prospect.

Everything that a program's calendars are made of is read in one statement, as one text; each
process caches the calendars built from a text. So nothing has to be invalidated: a change by any
process, even in this transaction, is seen by the next read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from alignment.reference.state_zones import main_zone

from ..models import WorkingHours
from ..rules.hours import (
    CLOSURE,
    FEDERAL,
    LEAVE,
    NO_HOLIDAYS,
    USUAL_WEEK,
    DaysOff,
    Week,
    WorkingTime,
)

TEAM, REP, PROSPECT = "team", "rep", "prospect"
# Days off that ended longer ago can't matter: no clock runs that long.
REMEMBERED_DAYS = 400
_KEPT_PROGRAMS = 200
_KEPT_CALENDARS = 5_000

_EVERYTHING = """
    SELECT json_build_object(
        'zone', p.time_zone,
        'teams', (SELECT json_agg(json_build_array(t.id, h.time_zone, h.week, h.holidays, h.state)
                                  ORDER BY t.id)
                  FROM people_team t LEFT JOIN sla_workinghours h ON h.team_id = t.id
                  WHERE t.program_id = p.id),
        'closures', (SELECT json_agg(json_build_array(team_id, first_day, last_day, name)
                                     ORDER BY first_day, id)
                     FROM sla_closure WHERE program_id = p.id
                     AND last_day > current_date - %(days)s::int),
        'leave', (SELECT json_agg(json_build_array(user_id, first_day, last_day)
                                  ORDER BY first_day, id)
                  FROM sla_leave WHERE program_id = p.id
                  AND last_day > current_date - %(days)s::int),
        'people', (SELECT json_agg(json_build_array(m.user_id, m.team_id, u.time_zone)
                                   ORDER BY m.user_id)
                   FROM people_membership m JOIN people_user u ON u.id = m.user_id
                   WHERE m.program_id = p.id)
    )::text FROM people_program p WHERE p.id = %(program)s"""


@dataclass(frozen=True, slots=True)
class TeamHours:
    """A team's hours; `is_set` is false if nobody has set them yet."""

    zone: str
    week: Week = USUAL_WEEK
    holidays: str = FEDERAL
    is_set: bool = False


@dataclass(frozen=True)
class Calendars:
    """All working time of a program as of when it was read."""

    zone: str
    teams: dict[int, TeamHours]
    # By team; None is the whole company.
    closures: dict[int | None, tuple[DaysOff, ...]]
    leave: dict[int, tuple[DaysOff, ...]]
    # Person -> (team or None, own time zone).
    people: dict[int, tuple[int | None, str]]
    _made: dict[tuple[Any, ...], WorkingTime] = field(default_factory=dict, repr=False)

    def of(
        self,
        hours_of: str,
        *,
        team_id: int | None = None,
        user_id: int | None = None,
        state: str | None = None,
    ) -> WorkingTime:
        """The working time that a clause uses: see `team`, `rep` and `prospect`."""
        if team_id is None and user_id is not None:
            team_id = self.people.get(user_id, (None, ""))[0]
        if hours_of == REP and user_id is not None:
            return self.rep(user_id, team_id)
        if hours_of == PROSPECT:
            return self.prospect(team_id, state)
        return self.team(team_id)

    def team(self, team_id: int | None) -> WorkingTime:
        """The team's week in its zone, minus holidays and closures. Without a team, or without
        hours of its own: Monday to Friday, 9 to 17, in the program's zone, US federal holidays."""
        return self._time((TEAM, team_id), team_id, self.hours(team_id).zone)

    def rep(self, user_id: int, team_id: int | None = None) -> WorkingTime:
        """The week of the person's team in the person's own time zone, minus their leave."""
        home, zone = self.people.get(user_id, (None, self.zone))
        team_id = home if team_id is None else team_id
        return self._time((REP, user_id, team_id), team_id, zone, self.leave.get(user_id, ()))

    def prospect(self, team_id: int | None, state: str | None) -> WorkingTime:
        """The owing team's week in the time zone of the prospect's state; the program's if
        unknown."""
        zone = main_zone(state) or self.zone
        return self._time((PROSPECT, team_id, zone), team_id, zone)

    def seat(self, user_id: int) -> WorkingTime:
        """When the person is really there: their team's hours minus their leave."""
        team_id = self.people.get(user_id, (None, ""))[0]
        leave = self.leave.get(user_id, ())
        return self._time(("seat", user_id), team_id, self.hours(team_id).zone, leave)

    def hours(self, team_id: int | None) -> TeamHours:
        return self.teams.get(team_id or 0) or TeamHours(self.zone)

    def is_away(self, user_id: int, moment: datetime) -> bool:
        """Whether the person is on leave on the current date in their team's time zone."""
        team_id = self.people.get(user_id, (None, ""))[0]
        day = moment.astimezone(ZoneInfo(self.hours(team_id).zone)).date()
        return any(off.first <= day <= off.last for off in self.leave.get(user_id, ()))

    def _time(
        self,
        key: tuple[Any, ...],
        team_id: int | None,
        zone: str,
        leave: tuple[DaysOff, ...] = (),
    ) -> WorkingTime:
        made = self._made.get(key)
        if made is None:
            hours = self.hours(team_id)
            closed = self.closures.get(None, ())
            if team_id is not None:
                closed += self.closures.get(team_id, ())
            made = _shared(zone, hours.week, hours.holidays, closed + leave)
            self._made[key] = made
        return made


def calendars(program_id: int) -> Calendars:
    """All calendars of a program: one statement. Read them once per batch, not per clock."""
    with connection.cursor() as cursor:
        cursor.execute(_EVERYTHING, {"program": program_id, "days": REMEMBERED_DAYS})
        row = cursor.fetchone()
    return _parsed(row[0]) if row else Calendars("UTC", {}, {}, {}, {})


def holidays_kind(holidays: str, state: str) -> str:
    """The value for `WorkingTime.holidays`."""
    kinds = {WorkingHours.Holidays.NONE: NO_HOLIDAYS, WorkingHours.Holidays.STATE: state}
    return kinds.get(WorkingHours.Holidays(holidays), FEDERAL)


def week_of(rows: list[list[list[int]]]) -> Week:
    """A stored week in the form that `WorkingTime` takes."""
    return tuple(tuple((start, end) for start, end in day) for day in rows)


@lru_cache(maxsize=_KEPT_PROGRAMS)
def _parsed(text: str) -> Calendars:
    found = json.loads(text)
    closures: dict[int | None, tuple[DaysOff, ...]] = {}
    for team_id, first, last, name in found["closures"] or ():
        days = DaysOff(date.fromisoformat(first), date.fromisoformat(last), CLOSURE, name)
        closures[team_id] = (*closures.get(team_id, ()), days)
    leave: dict[int, tuple[DaysOff, ...]] = {}
    for user_id, first, last in found["leave"] or ():
        days = DaysOff(date.fromisoformat(first), date.fromisoformat(last), LEAVE)
        leave[user_id] = (*leave.get(user_id, ()), days)
    return Calendars(
        zone=found["zone"],
        teams={row[0]: _team_hours(row, found["zone"]) for row in found["teams"] or ()},
        closures=closures,
        leave=leave,
        people={user: (team, zone) for user, team, zone in found["people"] or ()},
    )


def _team_hours(row: list[Any], program_zone: str) -> TeamHours:
    _team, zone, week, holidays, state = row
    if zone is None:
        return TeamHours(program_zone)
    return TeamHours(zone, week_of(week), holidays_kind(holidays, state), is_set=True)


@lru_cache(maxsize=_KEPT_CALENDARS)
def _shared(zone: str, week: Week, holidays: str, off: tuple[DaysOff, ...]) -> WorkingTime:
    """One shared value for equal calendars of any program, so that its spans are built only
    once."""
    return WorkingTime(zone, week, holidays, off)
