"""The SLA defaults of a new program."""

from django.db import transaction

from alignment.agreements.actions.ruling import install
from alignment.agreements.models import Kind, Version
from alignment.people.models import Program, User

from ..defaults import DEFAULT_CONTRACT
from .handoff_setup import install_next_actions, install_reason_codes


@transaction.atomic
def install_defaults(*, program: Program, by: User | None) -> None:
    """Give a program the default contract, reasons and next best actions where it has none. Safe to
    repeat."""
    install_reason_codes(program=program)
    install_next_actions(program=program)
    if not Version.objects.in_program(program).filter(kind=Kind.SLA).exists():
        install(program=program, kind=Kind.SLA, content=DEFAULT_CONTRACT, by=by)
