"""What a program's SLA starts with."""

from django.db import transaction

from alignment.agreements.actions.ruling import install
from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.people.models import Program, User

from ..defaults import DEFAULT_CONTRACT


@transaction.atomic
def install_defaults(*, program: Program, by: User | None) -> None:
    """Give a program the default contract where it has none; safe to repeat."""
    if in_force(program, Kind.SLA) is None:
        install(program=program, kind=Kind.SLA, content=DEFAULT_CONTRACT, by=by)
