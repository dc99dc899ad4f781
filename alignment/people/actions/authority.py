"""Whether the person who acts may do so, asked where the change happens."""

from django.core.exceptions import PermissionDenied

from alignment.people.models import Program, User
from alignment.people.permissions import Permission, Seat, allows, may_fill, may_run_team
from alignment.people.queries import seat_of


def demand(*, program: Program, by: User | None, permission: Permission, why: str = "") -> None:
    """Raise PermissionDenied, with the words of `why`, unless the seat of `by` grants it.

    The machine (None) and superusers, who run it, may do everything.
    """
    if by is None or by.is_superuser:
        return
    seat = seat_of(user=by, program=program)
    if seat is None or not allows(seat, permission):
        raise PermissionDenied(*([why] if why else []))


def demand_seats(*, program: Program, by: User | None, seats: list[Seat]) -> None:
    """Raise PermissionDenied unless `by` may give and take all of these seats."""
    if by is None or by.is_superuser:
        return
    seat = seat_of(user=by, program=program)
    if seat is None or not may_fill(seat, *seats):
        raise PermissionDenied


def demand_side(*, program: Program, by: User | None, side: str) -> None:
    """Raise PermissionDenied unless `by` may run the teams of that side."""
    if by is None or by.is_superuser:
        return
    seat = seat_of(user=by, program=program)
    if seat is None or not may_run_team(seat, side):
        raise PermissionDenied
