"""The kinds of behaviour and fact that a program counts."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Signal
from accounts.models.engagements import SIGNAL_SLOTS
from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import Program, User


class SignalRefused(ValueError):
    """`field` is what is wrong about it, the text a sentence."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@transaction.atomic
def create_signal(
    *, program: Program, code: str, name: str, kind: str, side: str, by: User | None
) -> Signal:
    """A new signal in the first free slot. Raises SignalRefused."""
    Program.objects.select_for_update().get(pk=program.pk)
    known = dict(Signal.objects.in_program(program).values_list("code", "slot"))
    if code in known:
        raise SignalRefused("code", _("This program already has a signal with this code."))
    free = [slot for slot in range(SIGNAL_SLOTS) if slot not in known.values()]
    if not free:
        text = _("A program counts at most %(most)d signals.") % {"most": SIGNAL_SLOTS}
        raise SignalRefused("code", text)
    signal = Signal.objects.create(
        program=program, code=code, name=name, kind=kind, side=side, slot=free[0]
    )
    audit.record(by=by, action="signal.create", target=signal, program_id=program.pk, code=code)
    bus.publish(program.pk, "agreements")
    return signal


@transaction.atomic
def rename_signal(*, signal: Signal, name: str, side: str, by: User | None) -> Signal:
    """Another name or side; the code and what it counts stay."""
    locked = Signal.objects.in_program(signal.program_id).select_for_update().get(pk=signal.pk)
    was = {"name": locked.name, "side": locked.side}
    locked.name, locked.side = name, side
    locked.save(update_fields=["name", "side"])
    audit.record(
        by=by, action="signal.rename", target=locked, program_id=locked.program_id, was=was
    )
    bus.publish(locked.program_id, "agreements")
    return locked
