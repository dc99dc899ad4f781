"""When our own people work: a free place is of no use to somebody who sleeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from alignment.people.models import Program
from alignment.sla.queries.hours import calendars
from alignment.sla.rules.hours import WorkingTime

from ..rules.conflicts import Around


def at_work(program: Program, seen: Around, person: int | None) -> Around:
    """The same, with the working hours of who does the touch. One statement."""
    return replace(seen, works=working_hours(program, [person]))


def working_hours(program: Program, people: Iterable[int | None]) -> Mapping[int, WorkingTime]:
    """Of these people: the hours of their team, without their leave. One statement.

    Who has no team, or one that set no hours, is left out: they work whenever.
    """
    known = calendars(program.pk)
    found = {}
    for person in {one for one in people if one}:
        team, _zone = known.people.get(person, (None, ""))
        if team is not None and known.hours(team).is_set:
            found[person] = known.seat(person)
    return found
