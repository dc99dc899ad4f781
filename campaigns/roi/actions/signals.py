"""The scoring signals for opening and using a page."""

from __future__ import annotations

from accounts.models import Signal
from accounts.rules.signals import ROI_SIGNALS
from alignment.people.models import Program, User
from alignment.scoring.actions.signals import SignalRefused, create_signal


def install_signals(*, program: Program, by: User | None) -> None:
    """Give the program both signals if it has room for them; safe to repeat.

    They are counted from now on, and score once a rule of the signed model names them. In a program
    whose slots are all taken, visits still send notices but are not counted.
    """
    known = set(Signal.objects.in_program(program).values_list("code", flat=True))
    for code, name, kind, side in ROI_SIGNALS:
        if code not in known:
            try:
                create_signal(program=program, code=code, name=name, kind=kind, side=side, by=by)
            except SignalRefused:
                return
