"""Mails of the sign-in, and what is no longer needed."""

from celery import shared_task

from . import idempotency
from .actions.addresses import send_confirmations
from .actions.invitation_mail import send_invitations
from .actions.passwords import answer_resets
from .actions.sessions import forget_expired


@shared_task(expires=600)
def forget_replies() -> None:
    """Drop the replies kept for `Idempotency-Key` once they are a day old."""
    idempotency.purge()


@shared_task(expires=600)
def forget_sessions() -> None:
    """Drop the sessions of the sign-in that have expired."""
    forget_expired()


@shared_task(expires=10)
def send_sign_in_mail() -> None:
    """Send the links of forgotten passwords, new addresses and invitations."""
    answer_resets()
    send_confirmations()
    send_invitations()
