"""Working hours of our own people, so that no free place is offered while they sleep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from alignment.people.models import Program
from alignment.sla.queries.hours import calendars
from alignment.sla.rules.hours import WorkingTime

from ..rules.conflicts import ConflictContext


def at_work(program: Program, seen: ConflictContext, person: int | None) -> ConflictContext:
    """The same context with the working hours of `person`. One statement."""
    return replace(seen, works=working_hours(program, [person]))


def working_hours(program: Program, people: Iterable[int | None]) -> Mapping[int, WorkingTime]:
    """The hours of these people's teams, minus their leave. One statement.

    People without a team, or whose team has set no hours, are left out: any hour is fine for them.
    """
    known = calendars(program.pk)
    found = {}
    for person in {one for one in people if one}:
        team, _zone = known.people.get(person, (None, ""))
        if team is not None and known.hours(team).is_set:
            found[person] = known.seat(person)
    return found
