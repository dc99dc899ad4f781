"""What a tab receives while connected, and after it reconnects."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from alignment.core.broker import client
from alignment.core.live import bus, sse
from alignment.core.live.sse import Entry, Hub, Listener, with_live_stream

# No other test publishes for these programs.
programs = itertools.count(7_000_000)


def newest() -> str:
    """The id of the newest entry, whichever program it belongs to."""
    bus.publish_now(1, "jobs")
    ((entry_id, _fields),) = client().xrevrange(bus.STREAM, count=1)  # type: ignore[misc]
    return str(entry_id, "ascii") if isinstance(entry_id, bytes) else str(entry_id)


def missed(program_id: int, since: str) -> Entry | None:
    async def ask() -> Entry | None:
        hub = Hub()
        try:
            return await hub.missed(program_id, since)
        finally:
            await hub.bus.aclose()

    return asyncio.run(ask())


def heard(program_id: int, act: Callable[[], None], *, since: str = "") -> str:
    """Everything that a tab receives until `bye`, which is published after `act`."""

    async def allow(_scope: Any, _slug: str) -> Listener:
        return Listener(program_id, person_id=1)

    async def nobody(*_: Any) -> None:
        raise AssertionError

    async def listen() -> str:
        sent: list[str] = []
        opened, ended = asyncio.Event(), asyncio.Event()

        async def send(message: dict[str, Any]) -> None:
            sent.append(message.get("body", b"").decode())
            if ": open" in sent[-1]:
                opened.set()
            if "event: bye" in sent[-1]:
                ended.set()

        async def receive() -> dict[str, Any]:
            await ended.wait()
            return {"type": "http.disconnect"}

        scope = {
            "type": "http",
            "path": "/p/any/live/",
            "headers": [(b"last-event-id", since.encode())] if since else [],
        }
        tab = asyncio.ensure_future(
            with_live_stream(nobody, may_listen=allow)(scope, receive, send)
        )
        await asyncio.wait_for(opened.wait(), 10)
        # Give the reader time to start waiting.
        await asyncio.sleep(0.2)
        await asyncio.to_thread(act)
        await asyncio.to_thread(bus.publish_now, program_id, "bye")
        await asyncio.wait_for(tab, 10)
        return "".join(sent)

    return asyncio.run(listen())


def events(text: str) -> list[tuple[str, bool]]:
    """Each event, and whether it marks the end of its entry."""
    pieces = [piece for piece in text.split("\n\n") if "event: " in piece]
    return [(piece.partition("event: ")[2].partition("\n")[0], "id: " in piece) for piece in pieces]


def test_names_published_together_are_one_entry_that_counts_with_its_last_name() -> None:
    program = next(programs)
    text = heard(program, lambda: bus.publish_now(program, "leads", "lead-1", "lead-2"))
    assert events(text) == [("leads", False), ("lead-1", False), ("lead-2", True), ("bye", True)]


def test_a_tab_hears_nothing_of_another_program() -> None:
    program, other = next(programs), next(programs)
    assert events(heard(program, lambda: bus.publish_now(other, "leads"))) == [("bye", True)]


def test_nothing_published_is_no_entry() -> None:
    program, since = next(programs), newest()
    bus.publish_now(program)
    assert missed(program, since) is None


def test_who_comes_back_gets_each_missed_name_once() -> None:
    program, since = next(programs), newest()
    bus.publish_now(program, "leads", "lead-1")
    bus.publish_now(next(programs), "mql")
    bus.publish_now(program, "lead-2", "leads")
    found = missed(program, since)
    assert found
    assert found[1].split() == ["leads", "lead-1", "lead-2"]
    assert missed(program, found[0]) is None
    text = heard(program, lambda: None, since=since)
    assert events(text) == [
        ("leads", False),
        ("lead-1", False),
        ("lead-2", True),
        ("bye", True),
    ]


def test_who_was_away_for_too_long_fetches_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    program, since = next(programs), newest()
    assert missed(program, "1-0") == ("1-0", "reset")
    monkeypatch.setattr(sse, "REPLAY_LIMIT", 3)
    for number in range(3):
        bus.publish_now(program, f"lead-{number}")
    found = missed(program, since)
    assert found
    assert found[1] == "reset"


def test_a_tab_that_is_far_behind_fetches_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "TAB_BACKLOG", 2)

    async def fall_behind() -> list[Entry]:
        hub = Hub()
        queue = hub.join(Listener(7, person_id=1))
        for number in range(3):
            hub._deliver(f"{number}-0", {"program": "7", "names": f"lead-{number} leads"})
        found = [queue.get_nowait() for _ in range(queue.qsize())]
        await hub.bus.aclose()
        return found

    assert asyncio.run(fall_behind()) == [("2-0", "reset")]


class Tab:
    """A stream of somebody that stays open until `leave`; `status` is how it was answered."""

    def __init__(self) -> None:
        self.status, self.answered, self.left = 0, asyncio.Event(), asyncio.Event()
        self.stream: asyncio.Future[None]

    @classmethod
    async def open(cls, application: Any, person_id: int) -> Tab:
        tab = cls()
        scope = {"type": "http", "path": "/p/any/live/", "headers": [], "person": person_id}
        tab.stream = asyncio.ensure_future(application(scope, tab._receive, tab._send))
        await asyncio.wait_for(tab.answered.wait(), 10)
        return tab

    async def _receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)
        self.answered.set()

    async def leave(self) -> None:
        self.left.set()
        await self.stream


def test_nobody_exhausts_the_process_with_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "MOST_TABS", 2)
    program = next(programs)

    async def allow(scope: Any, _slug: str) -> Listener:
        return Listener(program, scope["person"])

    async def scene() -> None:
        application = with_live_stream(allow, may_listen=allow)  # type: ignore[arg-type]
        first, second = [await Tab.open(application, 1) for _ in range(2)]
        refused, colleague = await Tab.open(application, 1), await Tab.open(application, 2)
        await first.leave()
        again = await Tab.open(application, 1)
        tabs = (first, second, refused, colleague, again)
        assert [tab.status for tab in tabs] == [200, 200, 429, 200, 200]
        for tab in tabs:
            await tab.leave()

    asyncio.run(scene())


@pytest.mark.parametrize("others", [0, 1], ids=["the first tab", "a further tab"])
@pytest.mark.parametrize("heard_after", [0.0, 0.3], ids=["heard later", "heard meanwhile"])
def test_who_loses_access_while_the_stream_opens_hears_nothing(
    others: int, heard_after: float
) -> None:
    program = next(programs)
    removed: set[int] = set()

    async def ask(scope: Any, _slug: str) -> Listener | None:
        person = scope["person"]
        found = None if person in removed else Listener(program, person)
        if found and person == 1:
            removed.add(person)
            await asyncio.to_thread(bus.publish_now, program, f"{bus.ACCESS}{person}")
            await asyncio.sleep(heard_after)
        return found

    async def scene() -> None:
        application = with_live_stream(ask, may_listen=ask)  # type: ignore[arg-type]
        staying = [await Tab.open(application, 2) for _ in range(others)]
        leaving = await Tab.open(application, 1)
        await asyncio.wait_for(leaving.stream, 5)
        for tab in staying:
            assert not tab.stream.done()
            await tab.leave()

    asyncio.run(scene())
