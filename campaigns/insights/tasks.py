"""Periodic tasks of insights. Each run may be lost, repeated or late without harm."""

from celery import shared_task

from alignment.core.connections import or_wait

from .actions.briefings import write_due
from .actions.support import notify_overdue


@shared_task(expires=60)
def look_at_requests() -> None:
    """Send notices for overdue requests for support."""
    with or_wait("overdue requests"):
        while notify_overdue():
            pass


@shared_task(expires=60)
def write_briefings() -> None:
    """Write the weekly briefings that are due."""
    with or_wait("briefings"):
        write_due()
