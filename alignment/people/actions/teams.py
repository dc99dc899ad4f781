"""Teams of a program."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.core.names import named
from alignment.people.models import Invitation, Membership, Program, Team, User

from .authority import demand_side


@transaction.atomic
def create_team(*, program: Program, side: str, name: str, by: User | None) -> Team:
    """A new team. Raises ValidationError when the program already has a team of that name."""
    demand_side(program=program, by=by, side=side)
    team = Team(program=program, side=side, name=named(name))
    _save(team)
    audit.record(
        by=by, action="team.create", target=team, program_id=program.pk, name=team.name, side=side
    )
    bus.publish(program.pk, "people")
    return team


@transaction.atomic
def rename_team(*, team: Team, name: str, by: User | None) -> None:
    """Another name, same side. Raises ValidationError when the name is taken."""
    demand_side(program=team.program, by=by, side=team.side)
    locked = _locked(team)
    before, locked.name = locked.name, named(name)
    _save(locked)
    audit.record(
        by=by,
        action="team.rename",
        target=locked,
        program_id=team.program_id,
        before=before,
        after=locked.name,
    )
    bus.publish(team.program_id, "people")


@transaction.atomic
def delete_team(*, team: Team, by: User | None) -> None:
    """Delete an empty team. Raises ValidationError while it has members or open invitations."""
    demand_side(program=team.program, by=by, side=team.side)
    # The lock keeps members from being added meanwhile: their foreign key needs a share of it.
    locked = _locked(team)
    if refusal := why_not_deleted(locked):
        raise ValidationError(refusal)
    audit.record(
        by=by, action="team.delete", target=locked, program_id=team.program_id, name=locked.name
    )
    _invited_to(locked).update(team=None)
    locked.delete()
    bus.publish(team.program_id, "people")


def why_not_deleted(team: Team) -> str:
    """What keeps the team; empty if it can be deleted now."""
    if Membership.objects.in_program(team.program_id).filter(team=team).exists():
        return _("Move its members to another team first.")
    if _invited_to(team).filter(accepted_at__isnull=True).exists():
        return _("Revoke the open invitations to this team first.")
    return ""


def _locked(team: Team) -> Team:
    rows = Team.objects.in_program(team.program_id).select_for_update()
    locked = rows.filter(pk=team.pk).first()
    if locked is None:
        raise ValidationError(_("There is no such team."))
    return locked


def _invited_to(team: Team) -> QuerySet[Invitation]:
    return Invitation.objects.in_program(team.program_id).filter(team=team)


def _save(team: Team) -> None:
    team.clean_fields()
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise ValidationError({"name": _("There is already a team of that name.")}) from error
