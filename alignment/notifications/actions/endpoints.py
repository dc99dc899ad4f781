"""Endpoints, to which a program's events are sent: adding, changing, testing and removing them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.core.outside.addresses import Refused, read_url
from alignment.people.actions.authority import demand
from alignment.people.actions.programs import lock_program
from alignment.people.models import Program, User
from alignment.people.permissions import Permission

from ..models import Delivery, Endpoint
from ..rules import EVENTS, TEST
from . import waking
from .outbox import drop_waiting

MOST_ENDPOINTS = 20
SLACK_HOST = "hooks.slack.com"
SECRET_BYTES = 24
# How long both secrets sign after a change.
OVERLAP = timedelta(hours=24)


def new_secret() -> str:
    """In the format of Standard Webhooks: 192 random bits."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


@transaction.atomic
def add_endpoint(
    *, program: Program, kind: str, name: str, url: str, events: Sequence[str], by: User | None
) -> Endpoint:
    """Add a Slack channel, or a webhook with a new secret. Raises ValidationError by field."""
    demand(program=program, by=by, permission=Permission.MANAGE_PROGRAM)
    if kind not in Endpoint.Kind:
        raise ValidationError({"kind": _("Choose Slack or a webhook.")})
    # The lock serialises concurrent requests, so that the count is right.
    lock_program(program)
    if Endpoint.objects.in_program(program).count() >= MOST_ENDPOINTS:
        text = _("A program has at most %(most)d endpoints.") % {"most": MOST_ENDPOINTS}
        raise ValidationError(text)
    endpoint = Endpoint(
        program=program,
        kind=kind,
        secret=new_secret() if kind == Endpoint.Kind.WEBHOOK else "",
    )
    _fill(endpoint, name, url, events)
    _record("endpoint.add", endpoint, by, kind=kind, events=endpoint.events)
    return endpoint


@transaction.atomic
def change_endpoint(
    *,
    endpoint: Endpoint,
    name: str,
    url: str,
    events: Sequence[str],
    is_active: bool,
    by: User | None,
) -> None:
    """Change an endpoint; switching it off drops its queue. Raises ValidationError by field."""
    demand(program=endpoint.program, by=by, permission=Permission.MANAGE_PROGRAM)
    before = Endpoint.objects.in_program(endpoint.program_id).get(pk=endpoint.pk)
    endpoint.is_active = is_active
    fields = ["name", "url", "events", "is_active"]
    if is_active:
        endpoint.stopped_because = ""
        # The person who repairs it wants to see at once whether it works.
        endpoint.resting_until, endpoint.failures = None, 0
        fields += ["stopped_because", "resting_until", "failures"]
    _fill(endpoint, name, url, events, fields)
    if before.is_active and not is_active:
        drop_waiting(endpoint)
    _record(
        "endpoint.change",
        endpoint,
        by,
        events=endpoint.events,
        is_active=is_active,
        another_address=before.url != endpoint.url,
    )
    waking.wake(waking.ENDPOINTS)


@transaction.atomic
def remove_endpoint(*, endpoint: Endpoint, by: User | None) -> None:
    """Remove an endpoint with its log and waiting messages."""
    demand(program=endpoint.program, by=by, permission=Permission.MANAGE_PROGRAM)
    _record("endpoint.remove", endpoint, by, kind=endpoint.kind)
    Delivery.objects.in_program(endpoint.program_id).filter(endpoint=endpoint).delete()
    endpoint.delete()


@transaction.atomic
def change_secret(*, endpoint: Endpoint, by: User | None) -> None:
    """Set a new secret; the former one also signs for a day. Raises ValidationError for Slack."""
    demand(program=endpoint.program, by=by, permission=Permission.MANAGE_PROGRAM)
    if endpoint.kind != Endpoint.Kind.WEBHOOK:
        raise ValidationError(_("Messages to Slack are not signed."))
    secret, former = new_secret(), endpoint.secret
    rows = Endpoint.objects.in_program(endpoint.program_id).filter(pk=endpoint.pk)
    rows.update(secret=secret, former_secret=former, former_until=Now() + OVERLAP)
    endpoint.refresh_from_db()
    _record("endpoint.secret", endpoint, by)


@transaction.atomic
def send_test(*, endpoint: Endpoint, by: User | None) -> Delivery:
    """Queue a message of the event "test". Raises ValidationError while the endpoint is off."""
    demand(program=endpoint.program, by=by, permission=Permission.MANAGE_PROGRAM)
    _demand_active(endpoint)
    row = Delivery.objects.create(
        program=endpoint.program,
        channel=endpoint.kind,
        endpoint=endpoint,
        event=TEST,
        payload={
            "type": TEST,
            "timestamp": _now(endpoint),
            "text": _("Entente reaches you: this is a test from %(program)s.")
            % {"program": endpoint.program.name},
            "data": {"endpoint": endpoint.name},
        },
        cause=f"{endpoint.pk}-test-{secrets.token_hex(8)}",
    )
    _wake(endpoint)
    return row


@transaction.atomic
def send_again(*, delivery: Delivery, by: User | None) -> None:
    """Retry a message that has not arrived, at once and from the first try, under the same id.

    Raises ValidationError for messages that have arrived, for e-mails, and while the endpoint is
    off.
    """
    demand(program=delivery.program, by=by, permission=Permission.MANAGE_PROGRAM)
    if delivery.endpoint is None:
        raise ValidationError(_("Only messages to Slack and webhooks can be sent again."))
    _demand_active(delivery.endpoint)
    rows = Delivery.objects.in_program(delivery.program_id).filter(
        pk=delivery.pk, delivered_at__isnull=True
    )
    if not rows.update(next_try_at=Now(), waiting_since=Now(), tries=0):
        raise ValidationError(_("This message has arrived; there is nothing to send again."))
    audit.record(
        by=by,
        action="delivery.again",
        target=delivery,
        program_id=delivery.program_id,
        event=delivery.event,
    )
    _wake(delivery.endpoint)


def _wake(endpoint: Endpoint) -> None:
    """End the endpoint's rest, because a person is waiting for the result."""
    rows = Endpoint.objects.in_program(endpoint.program_id).filter(pk=endpoint.pk)
    rows.update(resting_until=None)
    bus.publish(endpoint.program_id, "deliveries")
    waking.wake(waking.ENDPOINTS)


def _now(endpoint: Endpoint) -> str:
    rows = Endpoint.objects.in_program(endpoint.program_id).filter(pk=endpoint.pk)
    return str(rows.annotate(moment=Now()).values_list("moment", flat=True).get().isoformat())


def _demand_active(endpoint: Endpoint) -> None:
    if not endpoint.is_active:
        raise ValidationError(_("Switch the endpoint on first."))


def _fill(
    endpoint: Endpoint, name: str, url: str, events: Sequence[str], fields: list[str] | None = None
) -> None:
    """Check and save; workers write to the row meanwhile, so a change saves only `fields`."""
    endpoint.name = " ".join(name.split())
    endpoint.url = url.strip()
    endpoint.events = sorted(set(events))
    errors: dict[str, Any] = {}
    if not endpoint.name:
        errors["name"] = _("Give it a name.")
    if not endpoint.events or not set(endpoint.events) <= set(EVENTS):
        errors["events"] = _("Choose at least one event.")
    problem = _problem_of(endpoint)
    if problem:
        errors["url"] = problem
    if errors:
        raise ValidationError(errors)
    endpoint.clean_fields(exclude=["program"])
    try:
        with transaction.atomic():
            endpoint.save(update_fields=fields)
    except IntegrityError:
        raise ValidationError({"name": _("There is already an endpoint of that name.")}) from None


def _problem_of(endpoint: Endpoint) -> str:
    """Why the endpoint's URL may not be called; "" if it may."""
    try:
        target = read_url(endpoint.url)
    except Refused as refused:
        return str(refused)
    if endpoint.kind == Endpoint.Kind.SLACK and (
        target.host != SLACK_HOST or target.port != 443 or not target.path.startswith("/services/")
    ):
        return _("An incoming webhook of Slack begins with https://hooks.slack.com/services/.")
    return ""


def _record(action: str, endpoint: Endpoint, by: User | None, **detail: object) -> None:
    """URLs stay out of the audit trail, because those of Slack are secrets."""
    audit.record(
        by=by,
        action=action,
        target=endpoint,
        program_id=endpoint.program_id,
        name=endpoint.name,
        **detail,
    )
