"""Who decides about hand-offs, and who gets which."""

from __future__ import annotations

from alignment.people.models import Membership, Role, Side


def may_decide(membership: Membership) -> bool:
    """May give a lead without owner to somebody: marketing's managers and the program's owners."""
    if membership.role == Role.OWNER:
        return True
    return membership.role == Role.MANAGER and membership.side == Side.MARKETING


def may_route(membership: Membership) -> bool:
    """May change territories and turns: sales' managers and the program's owners."""
    if membership.role == Role.OWNER:
        return True
    return membership.role == Role.MANAGER and membership.side == Side.SALES
