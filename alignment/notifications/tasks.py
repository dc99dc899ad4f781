"""Hints and sweeps of the outbox. They run in a worker of their own (queue `outbox`, threads)."""

import threading

from celery import shared_task

from .actions.digest import write_digests
from .actions.mailing import send_mails
from .actions.outbox import give_up_old, send_waiting
from .actions.retention import forget_old

# Receivers that keep a sender waiting never take the last thread of a worker: it is for e-mails.
_SENDERS = threading.BoundedSemaphore(3)


@shared_task(expires=10)
def send_to_endpoints() -> None:
    """Empty the lane of Slack and webhooks, unless enough threads of this worker are at it."""
    if not _SENDERS.acquire(blocking=False):
        return
    try:
        send_waiting()
    finally:
        _SENDERS.release()


@shared_task(expires=10)
def send_by_mail() -> None:
    """Empty the lane of e-mails."""
    send_mails()


@shared_task(expires=100)
def prepare_digests() -> None:
    """Put into the outbox the digests that are due."""
    write_digests()


@shared_task(expires=600)
def tidy() -> None:
    """Give up what nobody took, and forget what is old."""
    give_up_old()
    forget_old()
