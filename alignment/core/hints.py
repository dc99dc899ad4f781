"""Hints: a Celery task sent on commit so that work which rows already ask for starts at once.

Losing a hint costs seconds, never work: a sweep finds the same rows. So a broker that is down
must not fail the request that committed.
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
    """Send `task` now; a broker that does not answer is logged and left to the sweep."""
    # Celery's own connection would wait for longer.
    if not broker.answers():
        log.info("hint %s not sent", task.name)
        return
    try:
        task.apply_async(kwargs=arguments, retry=False)
    except Exception as error:  # any broker failure: the sweep will do the work
        log.warning("hint %s not sent: %s", task.name, error)
