"""The tasks that send what waits, told to start as soon as there is something.

The rows are the queue; what is sent here only saves the wait for the next sweep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alignment.core.hints import hint

if TYPE_CHECKING:
    from celery import Task

_TASKS: dict[str, Task[Any, Any]] = {}
MAIL, ENDPOINTS = "mail", "endpoints"


def sends(lane: str, task: Task[Any, Any]) -> None:
    """Name the task that empties a lane of the outbox."""
    _TASKS[lane] = task


def wake(lane: str) -> None:
    """Call it in the transaction that writes deliveries of that lane."""
    if lane in _TASKS:
        hint(_TASKS[lane])
