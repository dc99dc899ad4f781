"""The outbox: waiting messages are sent, retried or given up.

A row is claimed in its own transaction, which postpones its next try (the lease); then it is sent
outside any transaction, then settled. Two workers therefore never send the same message at the same
time, and a message held by a killed worker comes due again: delivery is at least once, always with
the same `webhook-id`.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from alignment.core import audit
from alignment.core.live import bus
from alignment.core.outside.addresses import Refused
from alignment.core.outside.wire import INTERNET, Answer, Network, NotSent, post

from .. import messages
from ..models import Delivery, Endpoint
from ..rules import PATIENCE, GivenUp, next_delay, read_retry_after, rest

log = logging.getLogger(__name__)

# Longer than a name look-up and a request can take together.
LEASE = timedelta(seconds=90)
GONE = 410
# Status codes of an overloaded receiver.
BUSY = (429, 503)
ANSWERED = gettext_noop("The receiver answered")
SWITCHED_OFF = gettext_noop("The endpoint was switched off")
TOO_OLD = gettext_noop("Nobody took it in four days")
SAYS_GONE = gettext_noop("The receiver says that this address is gone (410)")


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed try. `is_gone`: the receiver wants no further messages."""

    problem: str
    status: int | None = None
    retry_after: timedelta | None = None
    is_gone: bool = False


def send_waiting(*, limit: int = 500, network: Network = INTERNET) -> int:
    """Send due messages to endpoints, one after another, in order per endpoint.

    Returns how many were tried. Concurrent workers take different endpoints.
    """
    tried = 0
    while tried < limit:
        delivery = _claim()
        if delivery is None:
            break
        _send(delivery, network)
        tried += 1
    return tried


# The endpoint with the longest-waiting message that is neither being sent to nor resting.
_FREE = """
    SELECT e.id FROM notifications_endpoint e
    CROSS JOIN LATERAL (
        SELECT d.next_try_at FROM notifications_delivery d
        WHERE d.endpoint_id = e.id AND d.next_try_at <= statement_timestamp()
        ORDER BY d.next_try_at LIMIT 1) due
    WHERE e.is_active
      AND (e.busy_until IS NULL OR e.busy_until <= statement_timestamp())
      AND (e.resting_until IS NULL OR e.resting_until <= statement_timestamp())
    ORDER BY due.next_try_at LIMIT 1
    FOR UPDATE OF e SKIP LOCKED"""
# A separate statement, so that it sees what was settled before the endpoint was locked.
_TAKE = """
    UPDATE notifications_delivery SET next_try_at = statement_timestamp() + %(lease)s, tries = tries + 1
    WHERE id = (SELECT id FROM notifications_delivery
                WHERE endpoint_id = %(endpoint)s AND next_try_at <= statement_timestamp()
                ORDER BY next_try_at, id LIMIT 1)
    RETURNING id"""


@transaction.atomic
def _claim() -> Delivery | None:
    with connection.cursor() as cursor:
        cursor.execute(_FREE)
        free = cursor.fetchone()
        if free is None:
            return None
        parameters: dict[str, Any] = {"lease": LEASE, "endpoint": free[0]}
        cursor.execute(_TAKE, parameters)
        taken = cursor.fetchone()
        if taken is None:
            return None
    Endpoint.objects.across_programs().filter(pk=free[0]).update(busy_until=Now() + LEASE)
    rows = Delivery.objects.across_programs().select_related("endpoint")
    return rows.annotate(moment=Now()).get(pk=taken[0])


def _send(delivery: Delivery, network: Network) -> None:
    endpoint = delivery.endpoint
    assert endpoint is not None
    now: datetime = delivery.moment  # type: ignore[attr-defined] # annotated by the claim
    if endpoint.kind == Endpoint.Kind.SLACK:
        body, headers = messages.slack(delivery)
    else:
        body, headers = messages.webhook(delivery, endpoint, now=now)
    try:
        answer = post(endpoint.url, body, headers, network=network)
    except (NotSent, Refused) as error:
        _settle_failure(delivery, Failure(str(error)))
        return
    if answer.accepted:
        _settle_success(delivery, answer.status)
    else:
        _settle_failure(delivery, _refusal(answer, now))


def _refusal(answer: Answer, now: datetime) -> Failure:
    detail = f"{answer.status} {answer.excerpt}".strip()
    return Failure(
        problem=f"{ANSWERED}: {detail}",
        status=answer.status,
        retry_after=read_retry_after(answer.retry_after, now=now),
        is_gone=answer.status == GONE,
    )


@transaction.atomic
def _settle_success(delivery: Delivery, status: int) -> None:
    _endpoint_of(delivery).update(busy_until=None, resting_until=None, failures=0)
    Delivery.objects.across_programs().filter(pk=delivery.pk).update(
        delivered_at=Now(), next_try_at=None, status=status, problem=""
    )
    bus.publish(delivery.program_id, "deliveries")


@transaction.atomic
def _settle_failure(delivery: Delivery, failure: Failure) -> None:
    """Put the message off or give it up; its endpoint rests in both cases."""
    endpoint = _endpoint_of(delivery).select_for_update().first()
    if endpoint is None:
        # The endpoint was removed during sending, together with its log.
        return
    pause = max(rest(endpoint.failures + 1), _asked_pause(failure))
    _endpoint_of(delivery).update(
        busy_until=None, failures=F("failures") + 1, resting_until=Now() + pause
    )
    put_off(delivery, failure)
    if failure.is_gone:
        _stop(endpoint)
    bus.publish(delivery.program_id, "deliveries")


def _asked_pause(failure: Failure) -> timedelta:
    """The pause requested by an overloaded receiver, which applies to all its messages."""
    asked = failure.retry_after if failure.status in BUSY else None
    return asked or timedelta()


def put_off(delivery: Delivery, failure: Failure) -> None:
    """Schedule the next try of a failed message, or give it up. Changes nothing if another worker
    has taken the message over or it was given up meanwhile.
    """
    try:
        delay = next_delay(
            tries=delivery.tries, jitter=random.random(), retry_after=failure.retry_after
        )
    except GivenUp:
        delay = None
        log.warning("delivery %s given up: %s", delivery.pk, failure.problem)
    rows = Delivery.objects.across_programs().filter(
        pk=delivery.pk, tries=delivery.tries, next_try_at__isnull=False
    )
    rows.update(
        next_try_at=Now() + delay if delay is not None else None,
        status=failure.status,
        problem=failure.problem[:300],
    )


def _endpoint_of(delivery: Delivery) -> QuerySet[Endpoint]:
    assert delivery.endpoint_id is not None
    return Endpoint.objects.across_programs().filter(pk=delivery.endpoint_id)


def _stop(endpoint: Endpoint) -> None:
    """The receiver answered "gone": nothing is sent until a person reactivates the endpoint."""
    rows = Endpoint.objects.in_program(endpoint.program_id).filter(pk=endpoint.pk)
    rows.update(is_active=False, stopped_because=SAYS_GONE)
    drop_waiting(endpoint)
    audit.record(
        by=None,
        action="endpoint.stop",
        target=endpoint,
        program_id=endpoint.program_id,
        name=endpoint.name,
        because=SAYS_GONE,
    )


def drop_waiting(endpoint: Endpoint) -> None:
    """Give up the messages that wait for an endpoint no longer in use; each can be sent again."""
    waiting = Delivery.objects.in_program(endpoint.program_id).filter(
        endpoint=endpoint, next_try_at__isnull=False
    )
    waiting.filter(problem="").update(problem=SWITCHED_OFF)
    waiting.update(next_try_at=None)


def give_up_old() -> int:
    """Give up messages that have waited longer than all tries take because their endpoint rests."""
    old = Delivery.objects.across_programs().filter(
        Q(next_try_at__isnull=False) & Q(waiting_since__lt=Now() - PATIENCE)
    )
    old.filter(problem="").update(problem=TOO_OLD)
    return old.update(next_try_at=None)
