"""Ticks of insights. All of them may be lost, run twice or come late."""

import logging

import psycopg
from celery import shared_task
from django.db import Error

from alignment.core.connections import start_over

from .actions.briefings import write_due
from .actions.support import tell_overdue

log = logging.getLogger(__name__)


@shared_task(expires=60)
def look_at_requests() -> None:
    """Requests for support whose moment has passed."""
    try:
        while tell_overdue():
            pass
    except (Error, psycopg.Error) as error:
        log.warning("overdue requests wait for the database: %s", error)
        start_over()


@shared_task(expires=60)
def write_briefings() -> None:
    """Weekly briefings whose moment has come."""
    try:
        write_due()
    except (Error, psycopg.Error) as error:
        log.warning("briefings wait for the database: %s", error)
        start_over()
