"""Changing the seats of members in a program, and removing members."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import ApiKey, Membership, Program, Role, Side, Team, User
from alignment.people.models.programs import IN_A_TEAM
from alignment.people.permissions import Seat

from .authority import demand_seats
from .programs import lock_program


def check_seat(*, program: Program, role: str, team: Team | None) -> None:
    """Raise ValidationError unless role and team go together in this program."""
    if role not in Role.values:
        raise ValidationError({"role": _("There is no such role.")})
    if role in IN_A_TEAM and team is None:
        raise ValidationError({"team": _("Managers and members belong to a team.")})
    if role not in IN_A_TEAM and team is not None:
        raise ValidationError({"team": _("Owners and observers belong to no team.")})
    if team is not None and team.program_id != program.pk:
        raise ValidationError({"team": _("There is no such team.")})


@transaction.atomic
def change_member(
    *,
    membership: Membership,
    role: str,
    team: Team | None,
    leads_a_week: int | None,
    by: User | None,
) -> Membership:
    """Change the role, the team or the MQLs that the member can take a week (None: not stated);
    whoever leaves sales takes none.

    Raises ValidationError, also if the last owner would lose the role.
    """
    program = membership.program
    check_seat(program=program, role=role, team=team)
    member = _locked(membership)
    demand_seats(program=program, by=by, seats=[Seat.of(member), Seat.at(role, team)])
    if role != Role.OWNER:
        _keep_an_owner(member)
    if leads_a_week and not _takes_turns(team):
        if leads_a_week != member.leads_a_week:
            raise ValidationError({"leads_a_week": _("Only people of a sales team take MQLs.")})
        leads_a_week = None
    before = _audited(member)
    member.role, member.team, member.leads_a_week = role, team, leads_a_week
    member.save(update_fields=["role", "team", "leads_a_week"])
    audit.record(
        by=by,
        action="member.change",
        target=member,
        program_id=program.pk,
        user=member.user_id,
        before=before,
        after=_audited(member),
    )
    bus.publish(program.pk, "people")
    bus.publish_access(program.pk, member.user_id)
    return member


def _takes_turns(team: Team | None) -> bool:
    return team is not None and team.side == Side.SALES


@transaction.atomic
def adjust_member(*, membership: Membership, by: User | None, **said: Any) -> Membership:
    """Change only what is said of role, team and MQLs a week; the rest stays as it is by now."""
    member = _locked(membership)
    now = {"role": member.role, "team": member.team, "leads_a_week": member.leads_a_week}
    return change_member(membership=member, by=by, **{**now, **said})


def _audited(member: Membership) -> dict[str, str | int | None]:
    return {"role": member.role, "team": member.team_id, "leads_a_week": member.leads_a_week}


@transaction.atomic
def remove_member(*, membership: Membership, by: User | None) -> None:
    """Close the program to the person at once and revoke their API keys.

    Everyone may leave. Raises ValidationError for the last owner.
    """
    member = _locked(membership)
    if by is None or by.pk != member.user_id:
        demand_seats(program=member.program, by=by, seats=[Seat.of(member)])
    _keep_an_owner(member)
    audit.record(
        by=by,
        action="member.remove",
        target=member,
        program_id=member.program_id,
        user=member.user_id,
        role=member.role,
    )
    keys = ApiKey.objects.in_program(member.program_id).filter(owner=member.user_id)
    keys.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
    member.delete()
    bus.publish(member.program_id, "people")
    bus.publish_access(member.program_id, member.user_id)


def _locked(membership: Membership) -> Membership:
    """The membership as it is now; other changes to the program's people wait until commit."""
    lock_program(membership.program_id)
    rows = Membership.objects.in_program(membership.program_id).select_related("program", "team")
    member = rows.filter(pk=membership.pk).first()
    if member is None:
        raise ValidationError(_("This person is no longer a member."))
    return member


def _keep_an_owner(member: Membership) -> None:
    if member.role != Role.OWNER:
        return
    owners = Membership.objects.in_program(member.program_id).filter(
        role=Role.OWNER, user__is_active=True
    )
    if not owners.exclude(pk=member.pk).exists():
        raise ValidationError(_("A program keeps at least one owner. Name another one first."))
