"""Mails of invitations, sent by a worker."""

from django.db.models.functions import Now

from alignment.core.live import bus
from alignment.people.mail import send_invitation
from alignment.people.models import Invitation
from alignment.people.tokens import hash_secret, new_secret

from .invitations import Invited
from .waiting_mail import send_waiting


def send_invitations(*, limit: int = 200) -> int:
    """Send the invitations whose mail waits; returns how many were dealt with."""
    rows = Invitation.objects.across_programs()
    return send_waiting(rows.filter(accepted_at=None, expires_at__gt=Now()), _send, limit=limit)


def _send(waiting: Invitation) -> None:
    """With a new secret, because none is kept. One that was renewed meanwhile waits anew, and
    one that was revoked is left alone."""
    secret, rows = new_secret(), Invitation.objects.in_program(waiting.program_id)
    renewed = hash_secret(secret)
    was = rows.filter(pk=waiting.pk, secret_hash=waiting.secret_hash, accepted_at=None)
    sent = was.select_related("program", "invited_by", "team").first()
    if sent is None or not was.update(secret_hash=renewed):
        return
    sent.secret_hash = renewed
    send_invitation(Invited(sent, secret))
    rows.filter(pk=waiting.pk, secret_hash=renewed).update(next_try_at=None)
    bus.publish(waiting.program_id, "people")
