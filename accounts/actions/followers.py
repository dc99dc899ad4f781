"""Who goes on where the journal stops: stages above that follow its events.

The events themselves are the queue (`is_followed`); what is sent here only saves the wait for the
next sweep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alignment.core.hints import hint

if TYPE_CHECKING:
    from celery import Task

_TASKS: list[Task[Any, Any]] = []


def follow(task: Task[Any, Any]) -> None:
    """Have `task` sent, without arguments, whenever followed events were committed."""
    if task not in _TASKS:
        _TASKS.append(task)


def tell_followers() -> None:
    """Call it in the transaction that appends followed events."""
    for task in _TASKS:
        hint(task)
