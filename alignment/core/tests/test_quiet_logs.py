"""The logs report what is wrong and nothing else."""

from __future__ import annotations

import asyncio
import logging
from io import StringIO
from typing import Any

import pytest
import redis
from django.test import Client

from alignment.core.live.bus import STREAM
from alignment.core.live.sse import BLOCK, Hub, Listener
from alignment.core.logs import HiddenSecrets, MissedTicks, ShortRefusals
from tests.cast import Cast


class _Bus:
    """Times out once, then delivers an entry, then stays silent."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def xrevrange(self, *_: Any, **__: Any) -> list[Any]:
        return [("1-0", {})]

    async def xread(self, streams: dict[str, str], **_: Any) -> list[Any]:
        self.asked.append(streams[STREAM])
        if len(self.asked) == 1:
            raise redis.TimeoutError("Timeout reading from 127.0.0.1:6379")
        if len(self.asked) == 2:
            return [(STREAM, [("2-0", {"program": "7", "names": "leads"})])]
        return await asyncio.sleep(3600, [])


def test_a_read_that_waited_in_vain_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    async def listen() -> tuple[Any, float]:
        hub, bus = Hub(), _Bus()
        limit: float = hub.bus.connection_pool.connection_kwargs["socket_timeout"]
        hub.bus = bus  # type: ignore[assignment]
        queue = hub.join(Listener(7, person_id=1))
        await hub.listen()
        found = await asyncio.wait_for(queue.get(), 5)
        assert bus.asked[:2] == ["1-0", "1-0"]
        assert hub._reader
        hub._reader.cancel()
        return found, limit

    with caplog.at_level(logging.WARNING):
        found, limit = asyncio.run(listen())
    assert found == ("2-0", "leads")
    assert caplog.records == []
    assert limit > 5 * BLOCK / 1000


def test_a_refusal_is_one_line(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    reply = cast.client("observer").get(f"/p/{cast.program.slug}/imports/new/")
    assert reply.status_code == 403
    (record,) = (r for r in caplog.records if r.name == "django.request")
    assert "Forbidden" in record.getMessage()
    assert not record.exc_info


def test_what_breaks_keeps_its_traceback(settings: Any) -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, "broken", (), None)
    record.exc_info = (ValueError, ValueError("x"), None)
    record.status_code = 500
    assert ShortRefusals().filter(record)
    assert record.exc_info
    assert settings.LOGGING["loggers"]["django.request"]["filters"] == ["short"]


def test_a_request_for_another_host_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    assert (
        Client(raise_request_exception=False).get("/", HTTP_HOST="scan.example").status_code == 400
    )
    told = [r for r in caplog.records if "scan.example" in r.getMessage()]
    assert [bool(r.exc_info) for r in told] == [False]


def tick(task: str) -> logging.LogRecord:
    """What Celery's scheduler logs when the broker takes no message."""
    stack = ["a frame"] * 30
    text, args = "Message Error: %s\n%s", (f"Couldn't apply scheduled task {task}", stack)
    record = logging.LogRecord("celery.beat", logging.ERROR, "", 1, text, args, None)
    record.exc_info = (OSError, OSError("x"), None)
    return record


def test_a_broker_that_is_away_is_told_in_a_line_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    filters, now = MissedTicks(), 1000.0
    monkeypatch.setattr("alignment.core.logs.monotonic", lambda: now)
    first = tick("clocks")
    assert filters.filter(first)
    assert (first.getMessage(), first.exc_info) == ("Couldn't apply scheduled task clocks", None)
    now += 59
    assert not filters.filter(tick("jobs left"))
    now += 1
    assert filters.filter(tick("jobs left"))


def test_other_words_of_the_scheduler_pass() -> None:
    filters = MissedTicks()
    for _twice in range(2):
        assert filters.filter(logging.LogRecord("celery.beat", 40, "", 1, "broken", (), None))


def test_a_line_says_when_and_how_bad(settings: Any) -> None:
    line = settings.LOGGING["formatters"]["line"]
    formatter = logging.Formatter(line["format"], line["datefmt"], line["style"])
    record = logging.LogRecord("alignment.sla", logging.WARNING, "", 1, "late", (), None)
    assert formatter.format(record).endswith(" WARNING alignment.sla: late")


SECRET_ADDRESSES = pytest.mark.parametrize(
    "address",
    [
        "/invitation/{}/",
        "/roi/{}/",
        "/roi/{}/pdf/",
        "/calendar/{}.ics",
        "/calendar/touches/{}.ics",
        "/sign-in/confirm-email/{}/",
        "/sign-in/password/reset/key/1-{}/",
    ],
)


@SECRET_ADDRESSES
def test_an_address_that_is_a_key_is_not_told(address: str) -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 1, "%s: %s", ("Gone", address.format("s3cr3t")), None
    )
    assert HiddenSecrets().filter(record)
    assert "s3cr3t" not in record.getMessage()
    assert "…" in record.getMessage()


@SECRET_ADDRESSES
def test_nor_is_it_by_whatever_else_writes_to_the_log(db: None, address: str) -> None:
    """A form that was open for too long is refused before any view, and logged elsewhere."""
    (console,) = (h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler)
    written = StringIO()
    before = console.setStream(written)
    try:
        reply = Client(enforce_csrf_checks=True).post(address.format("s3cr3t"))
    finally:
        console.setStream(before)
    assert reply.status_code == 403
    assert "CSRF" in written.getvalue()
    assert "s3cr3t" not in written.getvalue()


def test_other_addresses_are_told() -> None:
    for address in ("/p/us/calendar/plan/", "/p/us/roi/7/", "/api/v1/leads/"):
        record = logging.LogRecord("x", logging.WARNING, "", 1, "%s", (address,), None)
        HiddenSecrets().filter(record)
        assert record.getMessage() == address


def test_browsers_find_an_icon() -> None:
    reply = Client().get("/favicon.ico")
    assert reply.status_code == 302
    assert reply["Location"].endswith(".svg")
