"""The initial contact policy of a program."""

from django.db import transaction

from alignment.agreements.actions.ruling import install
from alignment.agreements.models import Kind, Version
from alignment.people.models import Program, User

from ..defaults import DEFAULT_POLICY


@transaction.atomic
def install_defaults(*, program: Program, by: User | None) -> None:
    """Give a program without a policy the default one; safe to repeat."""
    if not Version.objects.in_program(program).filter(kind=Kind.POLICY).exists():
        install(program=program, kind=Kind.POLICY, content=DEFAULT_POLICY, by=by)
