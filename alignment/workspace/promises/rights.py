"""Who may say what about a broken promise; the actions ask the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alignment.people.models import Role
from alignment.sla.models import Clock

if TYPE_CHECKING:
    from alignment.people.models import Membership


def may_answer(membership: Membership, clock: Clock) -> bool:
    """Managers of the side that owed it, and owners."""
    if membership.role == Role.OWNER:
        return True
    return membership.role == Role.MANAGER and membership.side == clock.side


def may_ask(membership: Membership, clock: Clock) -> bool:
    """Everybody of the side that owed it."""
    return clock.state == Clock.State.BROKEN and membership.side == clock.side


def may_judge(membership: Membership, clock: Clock) -> bool:
    """Only managers of the other side."""
    other = membership.side is not None and membership.side != clock.side
    return other and membership.role == Role.MANAGER
