"""Creating and renaming programs."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.core.names import named
from alignment.people.models import Membership, Program, Role, Side, Team, User
from alignment.people.permissions import Permission
from alignment.people.rules import check_time_zone

from .authority import demand

LONGEST_SLUG = 60
FIRST_TEAMS = ((Side.MARKETING, "Marketing"), (Side.SALES, "Sales"))


@transaction.atomic
def create_program(
    *, name: str, slug: str = "", time_zone: str = "America/New_York", owner: User, by: User | None
) -> Program:
    """A program with its owner and one team on each side.

    Raises ValidationError (by field) when the slug is taken or a value is not acceptable.
    """
    check_time_zone(time_zone)
    slug = slug or slugify(name)[:LONGEST_SLUG].rstrip("-")
    program = Program(name=named(name), slug=slug, time_zone=time_zone)
    if program.name and not slug:
        raise ValidationError(
            {
                "slug": _(
                    "Give an address of Latin letters and digits: the name has none to make one from."
                )
            }
        )
    program.full_clean()
    program.save()
    for side, team_name in FIRST_TEAMS:
        Team.objects.create(program=program, side=side, name=team_name)
    Membership.objects.create(program=program, user=owner, role=Role.OWNER)
    audit.record(
        by=by, action="program.create", target=program, program_id=program.pk, owner=owner.email
    )
    return program


@transaction.atomic
def change_program(
    *, program: Program, name: str | None = None, time_zone: str | None = None, by: User
) -> None:
    """Rename the program or move it to another time zone; what is not said stays. Its slug never
    changes."""
    demand(program=program, by=by, permission=Permission.MANAGE_PROGRAM)
    lock_program(program)
    program.refresh_from_db(fields=["name", "time_zone"])
    before = {"name": program.name, "time_zone": program.time_zone}
    if name is not None:
        program.name = named(name)
    if time_zone is not None:
        check_time_zone(time_zone)
        program.time_zone = time_zone
    if not program.name:
        raise ValidationError({"name": _("A program needs a name.")})
    after = {"name": program.name, "time_zone": program.time_zone}
    if after == before:
        return
    program.save(update_fields=["name", "time_zone"])
    audit.record(
        by=by,
        action="program.change",
        target=program,
        program_id=program.pk,
        before=before,
        after=after,
    )
    bus.publish(program.pk, "people")


def lock_program(program: Program | int) -> None:
    """Lock the program until this transaction ends; rows that refer to it can still be inserted."""
    program_id = program if isinstance(program, int) else program.pk
    # Inserting a row that refers to the program locks its key; `no_key` keeps imports from waiting.
    Program.objects.select_for_update(no_key=True).only("pk").get(pk=program_id)
