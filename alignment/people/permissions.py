"""What each role may do. One table; views, API, admin and templates all ask it."""

from enum import StrEnum

from .models.programs import Role


class Permission(StrEnum):
    READ = "read"
    WORK_LEADS = "work_leads"
    EDIT_FACTS = "edit_facts"
    IMPORT = "import"
    EDIT_AGREEMENTS = "edit_agreements"
    ACTIVATE_AGREEMENTS = "activate_agreements"
    MANAGE_JOBS = "manage_jobs"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_PROGRAM = "manage_program"
    MANAGE_KEYS = "manage_keys"


_OBSERVER = frozenset({Permission.READ})
_MEMBER = _OBSERVER | {Permission.WORK_LEADS, Permission.EDIT_FACTS, Permission.IMPORT}
_MANAGER = _MEMBER | {
    Permission.EDIT_AGREEMENTS,
    Permission.ACTIVATE_AGREEMENTS,
    Permission.MANAGE_JOBS,
    Permission.MANAGE_PEOPLE,
}
_OWNER = _MANAGER | {Permission.MANAGE_PROGRAM, Permission.MANAGE_KEYS}

GRANTS: dict[str, frozenset[Permission]] = {
    Role.OBSERVER: _OBSERVER,
    Role.MEMBER: _MEMBER,
    Role.MANAGER: _MANAGER,
    Role.OWNER: _OWNER,
}


class Scope(StrEnum):
    """What an API key may do."""

    READ = "read"
    FACTS_WRITE = "facts:write"
    ENGAGEMENTS_WRITE = "engagements:write"
    LEADS_WRITE = "leads:write"
    IMPORTS_WRITE = "imports:write"
    JOBS_WRITE = "jobs:write"


SCOPE_PERMISSION: dict[Scope, Permission] = {
    Scope.READ: Permission.READ,
    Scope.FACTS_WRITE: Permission.EDIT_FACTS,
    Scope.ENGAGEMENTS_WRITE: Permission.EDIT_FACTS,
    Scope.LEADS_WRITE: Permission.WORK_LEADS,
    Scope.IMPORTS_WRITE: Permission.IMPORT,
    Scope.JOBS_WRITE: Permission.MANAGE_JOBS,
}


def may(role: str, permission: Permission) -> bool:
    return permission in GRANTS.get(role, frozenset())


