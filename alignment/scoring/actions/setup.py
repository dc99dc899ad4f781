"""What a new program starts with: signals, the default profile and the default model."""

from django.db import transaction

from accounts.models import Signal
from accounts.rules.signals import DEFAULT_SIGNALS
from alignment.agreements.actions.ruling import install
from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.icp.defaults import DEFAULT_ICP
from alignment.people.models import Program, User

from ..defaults import DEFAULT_MODEL
from .signals import create_signal


@transaction.atomic
def install_defaults(*, program: Program, by: User | None) -> None:
    """Install the default signals, profile and model where the program has none; safe to repeat."""
    known = set(Signal.objects.in_program(program).values_list("code", flat=True))
    for code, name, kind, side in DEFAULT_SIGNALS:
        if code not in known:
            create_signal(program=program, code=code, name=name, kind=kind, side=side, by=by)
    for agreement, content in ((Kind.ICP, DEFAULT_ICP), (Kind.SCORING, DEFAULT_MODEL)):
        if in_force(program, agreement) is None:
            install(program=program, kind=agreement, content=content, by=by)
