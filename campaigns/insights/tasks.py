"""Periodic tasks of insights. Each run may be lost, repeated or late without harm."""

import logging

import psycopg
from celery import shared_task
from django.db import Error

from alignment.core.connections import start_over

from .actions.briefings import write_due
from .actions.support import notify_overdue

log = logging.getLogger(__name__)


@shared_task(expires=60)
def look_at_requests() -> None:
    """Send notices for overdue requests for support."""
    try:
        while notify_overdue():
            pass
    except (Error, psycopg.Error) as error:
        log.warning("overdue requests wait for the database: %s", error)
        start_over()


@shared_task(expires=60)
def write_briefings() -> None:
    """Write the weekly briefings that are due."""
    try:
        write_due()
    except (Error, psycopg.Error) as error:
        log.warning("briefings wait for the database: %s", error)
        start_over()
