"""Who may do what about a broken promise. `None` is somebody without a seat in the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alignment.people.permissions import Seat

OWNER, MANAGER, MEMBER = "owner", "manager", "member"


def may_acknowledge(seat: Seat | None, owes: str) -> bool:
    """Managers of the owing side, and the program's owners, may acknowledge a breach."""
    if seat is None:
        return False
    return seat.role == OWNER or (seat.role == MANAGER and seat.side == owes)


def may_ask(seat: Seat | None, owes: str) -> bool:
    """Members and managers of the owing side may ask for an excuse."""
    return seat is not None and seat.role in (MEMBER, MANAGER) and seat.side == owes


def may_decide(seat: Seat | None, owes: str) -> bool:
    """Only managers of the other side grant or refuse an excuse: no side excuses itself, and an
    owner, who belongs to neither, can't excuse at all."""
    return seat is not None and seat.role == MANAGER and seat.side not in (None, owes)
