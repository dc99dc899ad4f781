"""Signs for both sides in one call, for tests and benchmarks about something else."""

from typing import Any

from alignment.agreements.actions.signing import propose, sign
from alignment.agreements.models import Version
from alignment.people.models import Membership, Program, Role, Side, Team, User


def managers(program: Program) -> dict[Side, User]:
    """A manager of each side; creates missing ones."""
    found: dict[Side, User] = {}
    for seat in Membership.objects.in_program(program).select_related("user", "team"):
        if seat.role == Role.MANAGER and seat.side:
            found.setdefault(seat.side, seat.user)
    return {side: found.get(side) or _new_manager(program, side) for side in Side}


def _new_manager(program: Program, side: Side) -> User:
    person, _ = User.objects.get_or_create(email=f"{side}@{program.slug}.example", name=str(side))
    team, _ = Team.objects.in_program(program).get_or_create(
        program=program, side=side, name=f"Signers of {side}"
    )
    Membership.objects.create(program=program, user=person, role=Role.MANAGER, team=team)
    return person


def bring_in_force(version: Version, **terms: Any) -> Version:
    """Propose a draft and sign it for both sides."""
    signers = managers(version.program)
    proposal = propose(version=version, by=signers[Side.MARKETING], **terms)
    assert proposal.digest
    for person in signers.values():
        proposal = sign(version=proposal, digest=proposal.digest, by=person)
    return proposal
