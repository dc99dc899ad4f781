"""New passwords: chosen by the person, or asked for by somebody who forgot the old one.

What is asked for is answered by a worker, so that neither the answer nor its time tells whether an
address is known.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from alignment.core import audit
from alignment.people.mail import send_reset
from alignment.people.models import PasswordReset, User

from .sessions import check_streams
from .waiting_mail import send_waiting

# Who asked so long ago has asked again.
PATIENCE = timedelta(hours=2)


@transaction.atomic
def set_own_password(*, user: User, password: str, signed_in: bool) -> None:
    """Store the person's new password; their other sessions end. `signed_in` is False for somebody
    who came by a link sent to them.
    """
    user.set_password(password)
    user.save()
    audit.record(by=user, action="user.password", target=user, program_id=None, signed_in=signed_in)
    check_streams(user.pk)


def ask_for_reset(*, email: str) -> None:
    """Keep that somebody asked, whether or not there is such a person."""
    PasswordReset.objects.create(email=email.lower())


def answer_resets() -> int:
    """Send what was asked for; returns how many were answered."""
    PasswordReset.objects.filter(asked_at__lt=Now() - PATIENCE).delete()
    return send_waiting(PasswordReset.objects.all(), _answer)


def _answer(asked: PasswordReset) -> None:
    """Sent to the person's own address, not to a new one that nobody has confirmed yet."""
    user = User.objects.filter(email=asked.email, is_active=True).first()
    if user is not None:
        send_reset(user)
    asked.delete()
