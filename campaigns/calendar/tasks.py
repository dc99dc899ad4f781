"""Celery tasks of the calendar. Any of them may be lost, run twice or run late."""

from celery import shared_task

from alignment.core.connections import or_wait

from .actions.matching import match_occurrences as match_all


@shared_task(expires=30)
def match_occurrences() -> None:
    """Something happened that may be a planned touch."""
    with or_wait("occurrences"):
        match_all()
