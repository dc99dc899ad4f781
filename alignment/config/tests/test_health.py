"""What `/healthz` reports of clocks and outbox."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alignment.config import health
from alignment.notifications.models import Delivery, Endpoint
from alignment.sla.actions.sweep import sweep
from alignment.sla.models import SweepMark
from tests.cast import Cast


def asked() -> tuple[int, str]:
    reply = Client().get("/healthz")
    return reply.status_code, reply.content.decode()


def swept(seconds_ago: float) -> None:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    for name in ("clocks", "scheduled"):
        SweepMark.objects.update_or_create(name=name, defaults={"at": at})


def waits(cast: Cast, seconds: float | None) -> Delivery:
    at = None if seconds is None else timezone.now() - timedelta(seconds=seconds)
    return Delivery.objects.create(
        program=cast.program,
        channel="email",
        user=cast.rep,
        event="breach",
        payload={},
        cause=f"test-{seconds}",
        next_try_at=at,
    )


def test_swept_a_moment_ago(cast: Cast) -> None:
    swept(5)
    assert asked() == (200, "ok\n")


def test_a_late_sweep(cast: Cast) -> None:
    swept(20)
    status, said = asked()
    assert (status, bool(re.match(r"the last sweep of the clocks was 2\d s ago\n", said))) == (
        503,
        True,
    )


def test_who_has_just_started_may_not_have_swept(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    SweepMark.objects.all().delete()
    monkeypatch.setattr(health, "_began", time.monotonic())
    assert asked()[0] == 200
    monkeypatch.setattr(health, "_began", time.monotonic() - 61)
    assert asked() == (503, "no sweep of the clocks has ever run\n")


def test_a_guard_alone_is_no_health(cast: Cast) -> None:
    """It keeps the promises, but nothing else is done while nobody schedules."""
    swept(61)
    sweep(as_guard=True)
    status, said = asked()
    assert status == 503
    assert said.startswith("only the guard sweeps: nothing scheduled was done for 6")
    sweep()
    assert asked() == (200, "ok\n")


def test_a_guard_alone_from_the_beginning_is_no_health(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    SweepMark.objects.all().delete()
    sweep(as_guard=True)
    monkeypatch.setattr(health, "_began", time.monotonic())
    assert asked() == (200, "ok\n")
    monkeypatch.setattr(health, "_began", time.monotonic() - 61)
    assert asked() == (503, "only the guard sweeps: nothing scheduled was ever done\n")


@pytest.mark.parametrize(("seconds", "status"), [(50, 200), (None, 200), (-600, 200), (70, 503)])
def test_a_message_that_waits(cast: Cast, seconds: Any, status: int) -> None:
    swept(1)
    waits(cast, seconds)
    found, said = asked()
    assert found == status
    assert ("oldest message of the outbox" in said) == (status == 503)


def test_a_receiver_that_is_down_is_not_our_illness(cast: Cast) -> None:
    swept(1)
    endpoint = Endpoint.objects.create(
        program=cast.program, kind="webhook", name="CRM", url="https://x.example", events=[]
    )
    row = waits(cast, 100)
    Delivery.objects.in_program(cast.program).filter(pk=row.pk).update(
        user=None, channel="webhook", endpoint=endpoint
    )
    assert asked()[0] == 503
    endpoint.resting_until = timezone.now() + timedelta(minutes=5)
    endpoint.save()
    assert asked()[0] == 200


def test_both_are_said(cast: Cast) -> None:
    swept(40)
    waits(cast, 100)
    assert len(asked()[1].splitlines()) == 2
