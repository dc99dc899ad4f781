"""Whether the acting person may do something, checked where the change happens."""

from django.core.exceptions import PermissionDenied

from alignment.people.models import Program, User
from alignment.people.permissions import Permission, Seat, allows, may_fill, may_run_team
from alignment.people.queries import seat_of


def demand(*, program: Program, by: User | None, permission: Permission, why: str = "") -> None:
    """Raise PermissionDenied, with the text `why`, unless the seat of `by` grants `permission`.

    The system (None) and superusers, who run the machine, may do everything.
    """
    if by is None or by.is_superuser:
        return
    seat = seat_of(user=by, program=program)
    if seat is None or not allows(seat, permission):
        raise PermissionDenied(*([why] if why else []))


def demand_seats(*, program: Program, by: User | None, seats: list[Seat]) -> None:
    """Raise PermissionDenied unless `by` may assign and take away all of these seats."""
    if by is None or by.is_superuser:
        return
    seat = seat_of(user=by, program=program)
    if seat is None or not may_fill(seat, *seats):
        raise PermissionDenied


def demand_side(*, program: Program, by: User | None, side: str) -> None:
    """Raise PermissionDenied unless `by` may manage the teams of that side."""
    if by is None or by.is_superuser:
        return
    seat = seat_of(user=by, program=program)
    if seat is None or not may_run_team(seat, side):
        raise PermissionDenied
