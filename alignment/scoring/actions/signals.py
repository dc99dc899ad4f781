"""The kinds of behaviour and fact that a program counts."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Signal
from accounts.models.engagements import SIGNAL_SLOTS
from accounts.rules.signals import is_shipped
from alignment.core import audit
from alignment.core.live import bus
from alignment.core.same_names import is_among
from alignment.people.actions.programs import lock_program
from alignment.people.models import Program, Side, User

# The format of a code, as a regular expression.
SIGNAL_CODE = r"[a-z0-9][a-z0-9_-]*"


class SignalRefused(ValueError):
    """`field` is the field that is wrong; the message is a sentence."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def refusal(*, program: Program, code: str, name: str) -> SignalRefused | None:
    """Why a signal with this code and name could not be created now; None if it could."""
    known = set(Signal.objects.in_program(program).values_list("code", flat=True))
    if not re.fullmatch(SIGNAL_CODE, code):
        text = _("Use lower case letters without accents, digits, - and _.")
        return SignalRefused("code", text)
    if code in known:
        return SignalRefused("code", _("This program already has a signal with this code."))
    if len(known) >= SIGNAL_SLOTS:
        text = _("A program counts at most %(most)d signals.") % {"most": SIGNAL_SLOTS}
        return SignalRefused("code", text)
    return _name_taken(program.pk, code, name)


def _name_taken(program_id: int, code: str, name: str) -> SignalRefused | None:
    """Two signals of one name cannot be told apart. One that ships keeps its name."""
    others = Signal.objects.in_program(program_id).exclude(code=code)
    names = [text for other in others for text in (other.name, other.shown_name)]
    if is_shipped(code, name) or not is_among(name, names):
        return None
    return SignalRefused("name", _("Another signal has this name."))


@transaction.atomic
def create_signal(
    *, program: Program, code: str, name: str, kind: str, side: str, by: User | None
) -> Signal:
    """A new signal in the first free slot. Raises SignalRefused."""
    lock_program(program)
    refused = refusal(program=program, code=code, name=name)
    if refused:
        raise refused
    taken = set(Signal.objects.in_program(program).values_list("slot", flat=True))
    free = next(slot for slot in range(SIGNAL_SLOTS) if slot not in taken)
    signal = Signal.objects.create(
        program=program, code=code, name=name, kind=kind, side=side, slot=free
    )
    audit.record(by=by, action="signal.create", target=signal, program_id=program.pk, code=code)
    bus.publish(program.pk, "agreements")
    return signal


@transaction.atomic
def put_signal(
    *,
    program: Program,
    code: str,
    name: str,
    kind: str | None = None,
    side: str | None = None,
    by: User | None,
) -> tuple[Signal, bool]:
    """The signal with this code, renamed or made, and whether it is new. Raises SignalRefused."""
    # A concurrent request for the same code waits here and then finds the signal.
    lock_program(program)
    known = Signal.objects.in_program(program).filter(code=code).first()
    if known is None:
        kind, side = kind or Signal.Kind.BEHAVIOUR, side or Side.MARKETING
        made = create_signal(program=program, code=code, name=name, kind=kind, side=side, by=by)
        return made, True
    if kind and kind != known.kind:
        raise SignalRefused("kind", _("The kind of a signal cannot change."))
    return rename_signal(signal=known, name=name, side=side or known.side, by=by), False


@transaction.atomic
def rename_signal(
    *, signal: Signal, name: str | None = None, side: str | None = None, by: User | None
) -> Signal:
    """Change the name or side that is said; the code and what it counts stay. Raises
    SignalRefused."""
    lock_program(signal.program_id)
    locked = Signal.objects.in_program(signal.program_id).select_for_update().get(pk=signal.pk)
    name, side = name or locked.name, side or locked.side
    if (locked.name, locked.side) == (name, side):
        return locked
    if locked.name != name and (refused := _name_taken(locked.program_id, locked.code, name)):
        raise refused
    was = {"name": locked.name, "side": locked.side}
    locked.name, locked.side = name, side
    locked.save(update_fields=["name", "side"])
    audit.record(
        by=by, action="signal.rename", target=locked, program_id=locked.program_id, was=was
    )
    bus.publish(locked.program_id, "agreements")
    return locked
