"""`manage.py create_program`: a program with its owner, its signals and the default agreements."""

from alignment.people.management.commands import create_program
from alignment.people.models import Program, User
from alignment.scoring.actions import setup as scoring
from alignment.sla.actions import setup as sla
from campaigns.opportunities.actions import setup as opportunities
from campaigns.policy.actions import setup as policy


class Command(create_program.Command):
    """Overrides the command of the `people` app, which cannot install signals and agreements."""

    def furnish(self, program: Program, owner: User) -> None:
        scoring.install_defaults(program=program, by=owner)
        sla.install_defaults(program=program, by=owner)
        policy.install_defaults(program=program, by=owner)
        opportunities.install_defaults(program=program)
