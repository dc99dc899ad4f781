"""Celery tasks of the SLA. Any of them may be lost, run twice or run late."""

from celery import shared_task

from alignment.core.connections import or_wait

from .actions.intake import take_events as carry_on
from .actions.sweep import sweep


@shared_task(expires=30)
def take_events() -> None:
    """The journal has new events."""
    with or_wait("events of the journal"):
        carry_on()


@shared_task(expires=2)
def look_at_clocks() -> None:
    """The periodic tick: process events whose hint was lost, then every clock that is due."""
    with or_wait("clocks"):
        run_once()


def run_once(*, as_guard: bool = False) -> int:
    """Run one round; returns how many clocks were looked at. Raises the errors in `AWAY`.

    The journal comes first, so that no promise breaks that was kept a moment ago. If that fails,
    the clocks are looked at anyway.
    """
    with or_wait("events of the journal"):
        carry_on()
    return sweep(as_guard=as_guard)
