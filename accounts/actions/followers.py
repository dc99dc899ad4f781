"""Notifying later stages that follow the journal's events.

The events themselves are the queue (`is_followed`); the notification only saves waiting for the
next sweep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alignment.core.hints import hint

if TYPE_CHECKING:
    from celery import Task

_TASKS: list[Task[Any, Any]] = []


def follow(task: Task[Any, Any]) -> None:
    """Send `task`, without arguments, whenever followed events are committed."""
    if task not in _TASKS:
        _TASKS.append(task)


def hint_followers() -> None:
    """Call it in the transaction that appends followed events."""
    for task in _TASKS:
        hint(task)
