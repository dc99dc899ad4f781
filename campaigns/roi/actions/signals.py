"""The signals that opening and using a page are counted by."""

from __future__ import annotations

from accounts.models import Signal
from accounts.rules.signals import ROI_SIGNALS
from alignment.people.models import Program, User
from alignment.scoring.actions.signals import SignalRefused, create_signal


def install_signals(*, program: Program, by: User | None) -> None:
    """Give the program both signals where it has room for them; safe to repeat.

    They count by themselves and score once a rule of the signed model names them. A program whose
    slots are all taken tells of visits without counting them.
    """
    known = set(Signal.objects.in_program(program).values_list("code", flat=True))
    for code, name, kind, side in ROI_SIGNALS:
        if code not in known:
            try:
                create_signal(program=program, code=code, name=name, kind=kind, side=side, by=by)
            except SignalRefused:
                return
