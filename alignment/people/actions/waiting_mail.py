"""Mails that wait in rows for a worker: a mail server that is down fails no request and loses none.

No link is kept or travels through the broker; it is made when its mail is sent.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db import models, transaction
from django.db.models.functions import Now

log = logging.getLogger(__name__)

Waiting = TypeVar("Waiting", bound=models.Model)

# Longer than a mail server may take to accept a message (`EMAIL_TIMEOUT` for each step).
LEASE = timedelta(seconds=180)
RETRY = timedelta(seconds=60)


def send_waiting(
    rows: "models.QuerySet[Waiting]", send: Callable[[Waiting], None], *, limit: int = 200
) -> int:
    """Send what is due by `next_try_at`; returns how many rows were dealt with. `send` removes the
    row or its time. A mail server that refuses ends the round, so that its time-outs do not add up.
    """
    done = 0
    while done < limit and (waiting := _claim(rows)):
        try:
            send(waiting)
        except OSError as error:  # refused, unreachable, or a certificate that does not match
            log.warning("%s %s not sent: %s", waiting._meta.model_name, waiting.pk, error)
            rows.filter(pk=waiting.pk).update(next_try_at=Now() + RETRY)
            break
        done += 1
    return done


@transaction.atomic
def _claim(rows: "models.QuerySet[Waiting]") -> Waiting | None:
    """The row that waits longest; others leave it alone for as long as a mail may take."""
    due = rows.filter(next_try_at__lte=Now()).order_by("next_try_at")
    waiting = due.select_for_update(skip_locked=True).first()
    if waiting is not None:
        rows.filter(pk=waiting.pk).update(next_try_at=Now() + LEASE)
    return waiting
