"""Hints and sweeps of the outbox. They run in their own worker (queue `outbox`, threads)."""

import threading

from celery import shared_task

from .actions.digest import write_digests
from .actions.mailing import send_mails
from .actions.outbox import give_up_old, send_waiting
from .actions.retention import forget_old

# Fewer than the worker's threads, so that slow receivers always leave one for e-mails.
_SENDERS = threading.BoundedSemaphore(3)


@shared_task(expires=10)
def send_to_endpoints() -> None:
    """Empty the lane of Slack and webhooks, unless enough threads of this worker already do so."""
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
    """Put the digests that are due into the outbox."""
    write_digests()


@shared_task(expires=600)
def tidy() -> None:
    """Give up undeliverable messages and delete old rows."""
    give_up_old()
    forget_old()
