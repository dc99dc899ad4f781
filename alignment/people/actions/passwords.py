"""New passwords: chosen by the person, or asked for by somebody who forgot the old one.

What is asked for is answered by a worker, so that neither the answer nor its time tells whether an
address is known, and no link is kept or travels through the broker.
"""

import logging
from datetime import timedelta
from typing import Any

from allauth.account.utils import filter_users_by_email
from django.db import connection, transaction
from django.db.models.functions import Now

from alignment.core import audit
from alignment.people.mail import send_reset
from alignment.people.models import PasswordReset, User

from .sessions import check_streams

log = logging.getLogger(__name__)

# Longer than a mail server may take to accept a message (`EMAIL_TIMEOUT` for each step).
LEASE = timedelta(seconds=180)
RETRY = timedelta(seconds=60)
# Who asked so long ago has asked again.
PATIENCE = timedelta(hours=2)
_CLAIM = """
    UPDATE people_passwordreset SET next_try_at = statement_timestamp() + %(lease)s
    WHERE id = (SELECT id FROM people_passwordreset WHERE next_try_at <= statement_timestamp()
                ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id"""


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


def answer_resets(*, limit: int = 200) -> int:
    """Send what was asked for; returns how many were answered. A mail server that refuses ends the
    round, so that its time-outs do not add up.
    """
    PasswordReset.objects.filter(asked_at__lt=Now() - PATIENCE).delete()
    answered = 0
    while answered < limit and (asked := _claim()):
        try:
            _answer(asked)
        except OSError as error:  # refused, unreachable, or a certificate that does not match
            log.warning("password reset %s not sent: %s", asked.pk, error)
            PasswordReset.objects.filter(pk=asked.pk).update(next_try_at=Now() + RETRY)
            break
        answered += 1
    return answered


def _claim() -> PasswordReset | None:
    with connection.cursor() as cursor:
        parameters: dict[str, Any] = {"lease": LEASE}
        cursor.execute(_CLAIM, parameters)
        row = cursor.fetchone()
    return PasswordReset.objects.filter(pk=row[0]).first() if row else None


def _answer(asked: PasswordReset) -> None:
    known = filter_users_by_email(asked.email, is_active=True, prefer_verified=True)
    for user in known:
        send_reset(user, asked.email)
    asked.delete()
