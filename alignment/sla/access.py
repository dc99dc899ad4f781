"""Who may decide about hand-offs and routing."""

from __future__ import annotations

from alignment.people.models import Membership, Role, Side


def may_decide(membership: Membership) -> bool:
    """Marketing's managers and the program's owners may assign a lead that has no owner."""
    if membership.role == Role.OWNER:
        return True
    return membership.role == Role.MANAGER and membership.side == Side.MARKETING


def may_route(membership: Membership) -> bool:
    """Sales managers and the program's owners may change territories and the rotation."""
    if membership.role == Role.OWNER:
        return True
    return membership.role == Role.MANAGER and membership.side == Side.SALES
