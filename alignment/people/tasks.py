"""Answers to forgotten passwords, and what is no longer needed."""

from celery import shared_task

from . import idempotency
from .actions.passwords import answer_resets


@shared_task(expires=600)
def forget_replies() -> None:
    """Drop the replies kept for `Idempotency-Key` once they are a day old."""
    idempotency.purge()


@shared_task(expires=10)
def send_password_resets() -> None:
    """Send a link to whoever forgot their password."""
    answer_resets()
