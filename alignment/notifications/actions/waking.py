"""Starts the tasks that send waiting messages as soon as there are any.

The rows are the queue; a hint sent here only saves the wait for the next sweep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alignment.core.hints import hint

if TYPE_CHECKING:
    from celery import Task

_TASKS: dict[str, Task[Any, Any]] = {}
MAIL, ENDPOINTS = "mail", "endpoints"


def sends(lane: str, task: Task[Any, Any]) -> None:
    """Register the task that empties a lane of the outbox."""
    _TASKS[lane] = task


def wake(lane: str) -> None:
    """Call this in the transaction that writes deliveries of that lane."""
    if lane in _TASKS:
        hint(_TASKS[lane])
