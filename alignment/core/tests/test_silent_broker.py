"""A Valkey that is stopped or frozen costs a page at most one second, and only now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.core.cache import cache
from django.test import Client

from alignment.core import broker, hints, quiet_cache
from alignment.core.live import bus
from alignment.sla.tasks import take_events
from tests import cast as play
from tests.cast import PASSWORD, Cast

Silence = Callable[[], None]


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Silence, Silence]]:
    """Switches that make Valkey silent and let it answer again; stands in for a frozen process."""
    real: Any = redis.connection.Connection.send_packed_command
    frozen = False

    def send(self: object, *args: object, **kwargs: object) -> object:
        if frozen:
            raise redis.TimeoutError("frozen")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(redis.connection.Connection, "send_packed_command", send)

    def stop() -> None:
        nonlocal frozen
        frozen = True

    def go_on() -> None:
        nonlocal frozen
        frozen = False
        broker._Silence.until = 0.0

    go_on()
    quiet_cache._owed.clear()
    yield stop, go_on
    go_on()


def test_nothing_is_found_and_nothing_fails(silence: tuple[Silence, Silence]) -> None:
    stop, go_on = silence
    cache.set("a", 1)
    stop()
    assert cache.get("a", "none") == "none"
    cache.set("b", 2)
    assert cache.get_or_set("c", 3) in (3, None)
    assert cache.get_many(["a"]) == {}
    assert not cache.delete("a")
    assert "a" not in cache
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")
    go_on()
    # A value that was deleted during the outage does not come back.
    assert cache.get("a") is None
    cache.set("a", 4)
    assert cache.get("a") == 4


def test_after_one_failure_nobody_asks_for_a_while(silence: tuple[Silence, Silence]) -> None:
    stop, go_on = silence
    assert broker.answers()
    stop()
    cache.get("a")
    assert broker.is_silent()
    assert not broker.answers()
    began = time.monotonic()
    for _ in range(100):
        cache.get("a")
        bus.publish_now(1, "leads")
        hints.send(take_events)
    assert time.monotonic() - began < 0.5
    go_on()
    assert broker.answers()


def test_a_session_ended_meanwhile_stays_ended(
    cast: Cast, silence: tuple[Silence, Silence]
) -> None:
    stop, go_on = silence
    client = Client()
    client.force_login(cast.rep)
    page = f"/p/{cast.program.slug}/"
    assert client.get(page).status_code == 200
    key = client.cookies["sessionid"].value
    stop()
    assert client.get(page).status_code == 200
    client.logout()
    go_on()
    again = Client()
    again.cookies["sessionid"] = key
    assert again.get(page).status_code == 302


def test_guessing_is_throttled_all_the_same(silence: tuple[Silence, Silence], db: None) -> None:
    stop, _go_on = silence
    person = play.user("paula@example.com", password=PASSWORD)
    stop()
    browser = Client()
    for _ in range(5):
        browser.post("/sign-in/login/", {"login": person.email, "password": "wrong"})
    browser.post("/sign-in/login/", {"login": person.email, "password": PASSWORD})
    assert "_auth_user_id" not in browser.session
