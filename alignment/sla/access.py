"""Who decides about hand-offs."""

from __future__ import annotations

from alignment.people.models import Membership, Role, Side
from alignment.people.permissions import Permission, may


def may_decide(membership: Membership) -> bool:
    """May give a lead without owner to somebody: marketing's managers and the program's owners."""
    if membership.role == Role.OWNER:
        return True
    return membership.role == Role.MANAGER and membership.side == Side.MARKETING


def may_set_up(membership: Membership) -> bool:
    """May change reasons, next best actions, territories and turns: owners and managers."""
    return may(membership.role, Permission.EDIT_AGREEMENTS)
