"""`manage.py create_program`: a program with its owner, its signals and the default agreements."""

from alignment.people.management.commands import create_program
from alignment.people.models import Program, User
from alignment.workspace.founding.actions import furnish


class Command(create_program.Command):
    """Overrides the command of the `people` app, which cannot install signals and agreements."""

    def furnish(self, program: Program, owner: User) -> None:
        furnish(program, owner)
