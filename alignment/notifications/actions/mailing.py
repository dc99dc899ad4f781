"""Sending e-mails from the outbox: one message for everything that waits for a person."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from alignment.people.models import Membership

from ..mail import compose
from ..models import Delivery, Notice
from .outbox import Failure, put_off

log = logging.getLogger(__name__)

# The mail server may take `EMAIL_TIMEOUT` for each step of its dialogue.
LEASE = timedelta(seconds=180)
DIGEST = "digest"
LEFT = gettext_noop("This person is no longer a member of the program")
NO_MAIL = gettext_noop("No mail could be made of it")
NO_SERVER = gettext_noop("The mail server did not take it")
NOT_THERE = gettext_noop("The mail server does not know this address")
# The person who has waited longest, with everything that waits for them in that program.
_CLAIM = """
    WITH first AS (
        SELECT id, program_id, user_id, event FROM notifications_delivery
        WHERE endpoint_id IS NULL AND next_try_at <= statement_timestamp()
        ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED),
    mine AS (
        SELECT d.id FROM notifications_delivery d JOIN first f
            ON d.program_id = f.program_id AND d.user_id = f.user_id
        WHERE d.endpoint_id IS NULL AND d.next_try_at <= statement_timestamp()
          AND (d.id = f.id OR (d.event <> %(digest)s AND f.event <> %(digest)s))
        ORDER BY d.id LIMIT 500 FOR UPDATE OF d SKIP LOCKED)
    UPDATE notifications_delivery SET next_try_at = statement_timestamp() + %(lease)s, tries = tries + 1
    WHERE id IN (SELECT id FROM mine) RETURNING id"""


class ServerDown(Exception):
    """The mail server accepts nothing at the moment; further messages would only wait for it."""


def send_mails(*, limit: int = 200) -> int:
    """Send due e-mails, one message per person and program; returns how many were tried.

    A server that does not answer ends the round, so that its time-outs do not add up.
    """
    server = django_mail.get_connection()
    tried = 0
    try:
        while tried < limit and (mine := _claim()):
            tried += 1
            _send(mine, server)
    except ServerDown:
        pass
    finally:
        _close(server)
    return tried


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except (OSError, SMTPException) as error:
        log.info("mail server: %s", error)


@transaction.atomic
def _claim() -> list[Delivery]:
    with connection.cursor() as cursor:
        parameters: dict[str, Any] = {"lease": LEASE, "digest": DIGEST}
        cursor.execute(_CLAIM, parameters)
        ids = [row[0] for row in cursor.fetchall()]
    rows = Delivery.objects.across_programs().select_related("user", "program")
    return list(rows.filter(pk__in=ids).order_by("id")) if ids else []


def _send(mine: Sequence[Delivery], server: BaseEmailBackend) -> None:
    first = mine[0]
    assert first.user is not None
    notices = _notices(mine)
    if not _is_member(first):
        _give_up(mine, LEFT)
        return
    if not notices:
        # The notices were deleted meanwhile, so there is nothing left to send.
        _settle(mine)
        return
    try:
        message = compose(
            user=first.user,
            program=first.program,
            notices=notices,
            is_digest=first.event == DIGEST,
            number=first.pk,
            connection=server,
        )
        # One SMTP session for all messages of the round.
        server.open()
        message.send()
    except SMTPRecipientsRefused as error:
        codes = {code for code, _text in error.recipients.values()}
        if all(500 <= code < 600 for code in codes):
            _give_up(mine, NOT_THERE)
        else:
            _put_off(mine, Failure(NO_SERVER, max(codes, default=None)))
    except ValueError as error:
        # An invalid header will not become valid, so retrying is pointless.
        log.warning("mail of delivery %s: %s", first.pk, error)
        _give_up(mine, NO_MAIL)
    except (OSError, SMTPException) as error:
        _put_off(mine, Failure(f"{NO_SERVER}: {_words(error)}"))
        raise ServerDown from None
    else:
        _settle(mine)


def _words(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        text = error.smtp_error
        said = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
        return f"{error.smtp_code} {said}"
    return str(error) or type(error).__name__


def _is_member(delivery: Delivery) -> bool:
    rows = Membership.objects.in_program(delivery.program_id)
    return rows.filter(user=delivery.user_id, user__is_active=True).exists()


def _notices(mine: Sequence[Delivery]) -> list[Notice]:
    ids: list[int] = []
    for delivery in mine:
        payload = delivery.payload
        ids += payload["notices"] if "notices" in payload else [payload["notice"]]
    rows = Notice.objects.in_program(mine[0].program_id).filter(user=mine[0].user_id, pk__in=ids)
    return list(rows.order_by("id"))


def _settle(mine: Sequence[Delivery]) -> None:
    rows = Delivery.objects.across_programs().filter(pk__in=[d.pk for d in mine])
    rows.update(delivered_at=Now(), next_try_at=None, problem="")


def _give_up(mine: Sequence[Delivery], problem: str) -> None:
    rows = Delivery.objects.across_programs().filter(pk__in=[d.pk for d in mine])
    rows.update(next_try_at=None, problem=problem)


@transaction.atomic
def _put_off(mine: Sequence[Delivery], failure: Failure) -> None:
    for delivery in mine:
        put_off(delivery, failure)
