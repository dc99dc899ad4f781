"""What a new program starts with: signals, the default profile and the default model."""

from django.db import transaction

from accounts.models import Signal
from accounts.models.engagements import SIGNAL_SLOTS
from alignment.agreements import actions as agreements
from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.core import audit
from alignment.icp import actions as icp
from alignment.icp.defaults import DEFAULT_ICP
from alignment.people.models import Program, User

from ..defaults import DEFAULT_MODEL, DEFAULT_SIGNALS
from . import models


class NoFreeSlot(Exception):
    """The program counts as many signals as a score row has columns."""


@transaction.atomic
def create_signal(
    *, program: Program, code: str, name: str, kind: str, side: str, by: User | None
) -> Signal:
    """A new signal on the lowest free slot. Raises NoFreeSlot from the 33rd on."""
    Program.objects.select_for_update().get(pk=program.pk)
    taken = set(Signal.objects.in_program(program).values_list("slot", flat=True))
    free = next((slot for slot in range(SIGNAL_SLOTS) if slot not in taken), None)
    if free is None:
        raise NoFreeSlot
    signal = Signal.objects.create(
        program=program, code=code, name=name, kind=kind, side=side, slot=free
    )
    audit.record(by=by, action="signal.create", target=signal, program_id=program.pk, code=code)
    return signal


@transaction.atomic
def install_defaults(*, program: Program, by: User | None) -> None:
    """Give a program the default signals, profile and model where it has none; safe to repeat."""
    known = set(Signal.objects.in_program(program).values_list("code", flat=True))
    for code, name, kind, side in DEFAULT_SIGNALS:
        if code not in known:
            create_signal(program=program, code=code, name=name, kind=kind, side=side, by=by)
    if in_force(program, Kind.ICP) is None:
        draft = agreements.start_draft(program=program, kind=Kind.ICP, by=by, content=DEFAULT_ICP)
        icp.put_in_force(version=draft, by=by)
    if in_force(program, Kind.SCORING) is None:
        draft = agreements.start_draft(
            program=program, kind=Kind.SCORING, by=by, content=DEFAULT_MODEL
        )
        models.put_in_force(version=draft, by=by)
