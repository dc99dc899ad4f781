"""What each role may do: one table that views, API, admin and templates all consult."""

from dataclasses import dataclass
from enum import StrEnum

from .models.programs import IN_A_TEAM, Membership, Role, Side, Team


class Permission(StrEnum):
    READ = "read"
    WORK_LEADS = "work_leads"
    EDIT_FACTS = "edit_facts"
    RECORD_FINDINGS = "record_findings"
    IMPORT = "import"
    PLAN_TOUCHES = "plan_touches"
    REMOVE_COSTS = "remove_costs"
    WORK_DEALS = "work_deals"
    SET_UP_PIPELINE = "set_up_pipeline"
    VOTE_TARGETS = "vote_targets"
    CONFIRM_TARGETS = "confirm_targets"
    EDIT_AGREEMENTS = "edit_agreements"
    COMMENT_AGREEMENTS = "comment_agreements"
    SIGN_AGREEMENTS = "sign_agreements"
    MANAGE_JOBS = "manage_jobs"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_PROGRAM = "manage_program"
    MANAGE_KEYS = "manage_keys"


_OBSERVER = frozenset({Permission.READ})
_MEMBER = _OBSERVER | {
    Permission.WORK_LEADS,
    Permission.EDIT_FACTS,
    Permission.RECORD_FINDINGS,
    Permission.IMPORT,
    Permission.PLAN_TOUCHES,
    Permission.WORK_DEALS,
    Permission.VOTE_TARGETS,
    Permission.COMMENT_AGREEMENTS,
}
_MANAGER = _MEMBER | {
    Permission.EDIT_AGREEMENTS,
    Permission.SIGN_AGREEMENTS,
    Permission.CONFIRM_TARGETS,
    Permission.MANAGE_JOBS,
    Permission.MANAGE_PEOPLE,
    Permission.SET_UP_PIPELINE,
    Permission.REMOVE_COSTS,
}
# A signature, a vote or a confirmed list binds a side; owners belong to none.
_OWNER = (
    _MANAGER - {Permission.SIGN_AGREEMENTS, Permission.VOTE_TARGETS, Permission.CONFIRM_TARGETS}
) | {
    Permission.MANAGE_PROGRAM,
    Permission.MANAGE_KEYS,
}

GRANTS: dict[str, frozenset[Permission]] = {
    Role.OBSERVER: _OBSERVER,
    Role.MEMBER: _MEMBER,
    Role.MANAGER: _MANAGER,
    Role.OWNER: _OWNER,
}


# Permissions that speak for one side: its people have them, and owners, who belong to none.
OF_SIDE: dict[Permission, Side] = {Permission.RECORD_FINDINGS: Side.SALES}


class Scope(StrEnum):
    """What an API key may do."""

    READ = "read"
    FACTS_WRITE = "facts:write"
    ENGAGEMENTS_WRITE = "engagements:write"
    LEADS_WRITE = "leads:write"
    IMPORTS_WRITE = "imports:write"
    CALENDAR_WRITE = "calendar:write"
    TARGETS_WRITE = "targets:write"
    DEALS_WRITE = "deals:write"
    JOBS_WRITE = "jobs:write"
    AGREEMENTS_WRITE = "agreements:write"
    HOURS_WRITE = "hours:write"
    NOTICES_WRITE = "notices:write"
    WEBHOOKS_MANAGE = "webhooks:manage"


SCOPE_PERMISSION: dict[Scope, Permission] = {
    Scope.READ: Permission.READ,
    Scope.FACTS_WRITE: Permission.EDIT_FACTS,
    Scope.ENGAGEMENTS_WRITE: Permission.EDIT_FACTS,
    Scope.LEADS_WRITE: Permission.WORK_LEADS,
    Scope.IMPORTS_WRITE: Permission.IMPORT,
    Scope.CALENDAR_WRITE: Permission.PLAN_TOUCHES,
    Scope.TARGETS_WRITE: Permission.VOTE_TARGETS,
    Scope.DEALS_WRITE: Permission.WORK_DEALS,
    Scope.JOBS_WRITE: Permission.MANAGE_JOBS,
    Scope.AGREEMENTS_WRITE: Permission.EDIT_AGREEMENTS,
    # The actions check further: only one's own leave, or the teams one manages.
    Scope.HOURS_WRITE: Permission.WORK_LEADS,
    # Only the person's own notices.
    Scope.NOTICES_WRITE: Permission.READ,
    Scope.WEBHOOKS_MANAGE: Permission.MANAGE_PROGRAM,
}


def may(role: str, permission: Permission) -> bool:
    return permission in GRANTS.get(role, frozenset())


def roles_with(permission: Permission) -> list[str]:
    return [role for role in GRANTS if may(role, permission)]


@dataclass(frozen=True)
class Seat:
    """A place in a program: a role and, for those in a team, its side."""

    role: str
    side: str | None

    @classmethod
    def of(cls, membership: Membership) -> "Seat":
        return cls(membership.role, membership.side)

    @classmethod
    def at(cls, role: str, team: Team | None) -> "Seat":
        return cls(role, team.side if team else None)


def allows(seat: Seat, permission: Permission) -> bool:
    """Like `may`, but false for what only the other side may do."""
    mine = OF_SIDE.get(permission)
    return may(seat.role, permission) and (mine is None or seat.side in (None, mine))


def works_leads(seat: Seat) -> bool:
    """Whether this seat claims, assigns and calls leads; marketing only reads them."""
    return may(seat.role, Permission.WORK_LEADS) and seat.side != Side.MARKETING


def may_fill(actor: Seat, *seats: Seat) -> bool:
    """Whether `actor` may assign or take away these seats: owners any, managers on their side."""
    if actor.role == Role.OWNER:
        return True
    return actor.role == Role.MANAGER and all(
        seat.role in IN_A_TEAM and seat.side == actor.side for seat in seats
    )


def may_run_team(actor: Seat, side: str) -> bool:
    """Whether `actor` may create, rename or delete teams of that side."""
    return actor.role == Role.OWNER or (actor.role == Role.MANAGER and actor.side == side)
