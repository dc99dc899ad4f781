"""Anonymous clients can send no more than a batch; nothing of a larger body is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from alignment.core.body_limit import with_body_limit

SMALL, LARGE = 1_000, 10_000


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = SMALL
    settings.IMPORT_MAX_BYTES = LARGE


@dataclass
class Inner:
    """Stands in for Django, which takes the whole body before it answers."""

    taken: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            self.taken += len(message["body"])
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


@dataclass
class Exchange:
    status: int = 0
    asked: int = 0
    taken: int = 0
    sent: list[bytes] = field(default_factory=list)


def post(*chunks: int, known: bool = False, announced: int | None = None) -> Exchange:
    inner, found = Inner(), Exchange()
    parts = [{"type": "http.request", "body": b" " * n, "more_body": True} for n in chunks]
    parts[-1]["more_body"] = False

    async def is_known(_scope: Any) -> bool:
        found.asked += 1
        return known

    async def receive() -> Any:
        return parts.pop(0)

    async def send(message: Any) -> None:
        found.status = message.get("status", found.status)
        found.sent.append(message.get("body", b""))

    length = [] if announced is None else [(b"content-length", str(announced).encode())]
    scope = {"type": "http", "headers": length}
    async_to_sync(with_body_limit(inner, is_known=is_known))(scope, receive, send)
    found.taken = inner.taken
    return found


def test_a_batch_passes_and_nobody_is_asked_for() -> None:
    assert post(400, 600, announced=1_000) == Exchange(200, 0, 1_000, [b"", b"ok"])


def test_an_announced_body_is_refused_before_it_is_read() -> None:
    found = post(600, 600, announced=1_200)
    assert (found.status, found.taken) == (413, 0)
    assert b"larger than 1000 bytes" in found.sent[-1]


@pytest.mark.parametrize("announced", [None, 10])
def test_a_body_that_is_longer_than_it_said_ends(announced: int | None) -> None:
    found = post(600, 600, 600, announced=announced)
    assert (found.status, found.taken) == (413, 600)


def test_who_is_known_sends_files() -> None:
    assert post(9_000, 9_000, known=True, announced=18_000).status == 200
    found = post(9_000, 9_000, known=True)
    assert (found.status, found.asked) == (200, 1)
    assert post(9_000, 9_000, 9_000, known=True).status == 413
