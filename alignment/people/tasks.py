"""Deletes what is no longer needed."""

from celery import shared_task

from . import idempotency


@shared_task(queue="events", expires=600)
def forget_replies() -> None:
    """Drop the replies kept for `Idempotency-Key` once they are a day old."""
    idempotency.purge()
