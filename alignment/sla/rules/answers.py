"""Who may say what about a broken promise. `None` is somebody without a seat in the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alignment.people.permissions import Seat

OWNER, MANAGER, MEMBER = "owner", "manager", "member"


def may_acknowledge(seat: Seat | None, owes: str) -> bool:
    """Managers of the side that owes, and the program's owners, say what will be done."""
    if seat is None:
        return False
    return seat.role == OWNER or (seat.role == MANAGER and seat.side == owes)


def may_ask(seat: Seat | None, owes: str) -> bool:
    """Members and managers of the side that owes ask for an excuse."""
    return seat is not None and seat.role in (MEMBER, MANAGER) and seat.side == owes


def may_decide(seat: Seat | None, owes: str) -> bool:
    """Only a manager of the other side grants or refuses: no side excuses itself, and an owner,
    who belongs to none, excuses neither."""
    return seat is not None and seat.role == MANAGER and seat.side not in (None, owes)
