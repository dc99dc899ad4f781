"""The side for which a request acts, and refusals of actions as API problems."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar, overload

from alignment.core.rest import Problem
from alignment.people.models import Program, Side, User
from alignment.people.queries import seat_of

from ..actions.refusals import SelectionRefused

T = TypeVar("T")


def done(action: Callable[[], T]) -> T:
    """The result of an action; a refusal becomes a 409 Conflict."""
    try:
        return action()
    except SelectionRefused as refused:
        raise Problem(409, str(refused)) from refused


@overload
def side_of(program: Program, person: User, *, needed: Literal[True]) -> Side: ...
@overload
def side_of(program: Program, person: User) -> Side | None: ...
def side_of(program: Program, person: User, *, needed: bool = False) -> Side | None:
    """The side of the key's owner, for votes and nominations; a problem if `needed` and missing."""
    seat = seat_of(user=person, program=program)
    if seat is not None and seat.side:
        return Side(seat.side)
    if needed:
        raise Problem(403, "Only members of marketing or sales do this.")
    return None
