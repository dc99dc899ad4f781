"""Hints: Celery tasks sent on commit so that work already recorded in rows starts at once.

Losing a hint costs seconds, never work, because a periodic sweep finds the same rows. A broker that
is down must therefore not fail the request that committed.
"""

import logging
from typing import Any

from celery import Task
from django.db import transaction

from alignment.core import broker

log = logging.getLogger(__name__)


def hint(task: "Task[Any, Any]", **arguments: Any) -> None:
    """Send `task` when the current transaction commits."""
    transaction.on_commit(lambda: send(task, **arguments))


def send(task: "Task[Any, Any]", **arguments: Any) -> None:
    """Send `task` now; if the broker does not answer, log it and leave the work to the sweep."""
    # Celery's own connection attempt would wait longer.
    if not broker.answers():
        log.info("hint %s not sent", task.name)
        return
    try:
        task.apply_async(kwargs=arguments, retry=False)
    except Exception as error:  # any broker failure: the sweep will do the work
        log.warning("hint %s not sent: %s", task.name, error)
