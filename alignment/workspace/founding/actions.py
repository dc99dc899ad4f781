"""A new program with all that it starts with."""

from django.db import transaction

from alignment.people.actions.programs import create_program
from alignment.people.models import Program, User
from alignment.scoring.actions import setup as scoring
from alignment.sla.actions import setup as sla
from campaigns.opportunities.actions import setup as opportunities
from campaigns.policy.actions import setup as policy


@transaction.atomic
def found_program(*, name: str, slug: str = "", time_zone: str, by: User) -> Program:
    """A program owned by its founder. Raises as `create_program` does."""
    program = create_program(name=name, slug=slug, time_zone=time_zone, owner=by, by=by)
    furnish(program, by)
    return program


def furnish(program: Program, owner: User) -> None:
    """The signals, the default agreements and the stages of its pipeline."""
    scoring.install_defaults(program=program, by=owner)
    sla.install_defaults(program=program, by=owner)
    policy.install_defaults(program=program, by=owner)
    opportunities.install_defaults(program=program)
