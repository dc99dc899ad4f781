"""The live stream of a tab: a raw ASGI route in front of Django.

One `XREAD` per process feeds every open tab; a tab costs a queue, but no thread and no database
connection. Events carry names only. The last event of an entry carries its stream id, so a tab that
reconnects with `Last-Event-ID` gets what it missed, or `reset` (fetch everything again) if that is
too long ago. Permission to listen is checked at the start, once the bus is listened to; again when
it says that the person's access changed; and at every heartbeat in case it could not say so.
"""

import asyncio
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import Any, NamedTuple

import redis
import redis.asyncio
from django.conf import settings

from .bus import ACCESS, STREAM

log = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Listener(NamedTuple):
    """Whose tab it is, and the program that it follows."""

    program_id: int
    person_id: int


# Returns None for whoever may not listen.
MayListen = Callable[[Scope, str], Awaitable[Listener | None]]

PATH = re.compile(r"^/p/([-\w]+)/live/$")
STREAM_ID = re.compile(r"^\d{1,20}-\d{1,20}$")
HEARTBEAT = 20.0
# Milliseconds for which a read waits for a new entry.
BLOCK = 2_000
# Seconds after which an unanswered read is given up. A busy machine may exceed redis-py's own 5 s
# without anything being wrong.
UNANSWERED = 30
# Seconds for which a new tab waits for a bus that has not answered yet.
PATIENCE = 1.0
TAB_BACKLOG = 500
# Open streams of one person in this process: more than anybody's tabs, too few to exhaust it.
MOST_TABS = 100
REPLAY_LIMIT = 2_000
# The stream id, and the names separated by spaces.
Entry = tuple[str, str]


class Hub:
    """Reads the stream once for all tabs of this process."""

    def __init__(self) -> None:
        self._tabs: dict[int, set[asyncio.Queue[Entry]]] = defaultdict(set)
        self._of_people: Counter[int] = Counter()
        self._reader: asyncio.Task[None] | None = None
        self._has_place = asyncio.Event()
        # How often anybody's access has changed.
        self.access_changes = 0
        self.bus = redis.asyncio.Redis.from_url(
            settings.BROKER_URL, decode_responses=True, socket_timeout=UNANSWERED
        )

    def is_full_for(self, person_id: int) -> bool:
        return self._of_people[person_id] >= MOST_TABS

    async def listen(self) -> None:
        """Nothing published from here on is missed, unless the bus does not answer."""
        if self._reader is None or self._reader.done():
            self._has_place.clear()
            self._reader = asyncio.create_task(self._read())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._has_place.wait(), PATIENCE)

    def join(self, listener: Listener) -> "asyncio.Queue[Entry]":
        queue: asyncio.Queue[Entry] = asyncio.Queue(TAB_BACKLOG)
        self._tabs[listener.program_id].add(queue)
        self._of_people[listener.person_id] += 1
        return queue

    def leave(self, listener: Listener, queue: "asyncio.Queue[Entry]") -> None:
        self._tabs[listener.program_id].discard(queue)
        if not self._tabs[listener.program_id]:
            del self._tabs[listener.program_id]
        self._of_people[listener.person_id] -= 1
        if not self._of_people[listener.person_id]:
            del self._of_people[listener.person_id]

    async def _read(self) -> None:
        last = ""
        while True:
            try:
                # A real id, not "$": with "$", entries published between two reads would be lost.
                last = last or await self._newest()
                self._has_place.set()
                replies: Any = await self.bus.xread({STREAM: last}, count=500, block=BLOCK)
            except redis.TimeoutError as error:
                # Nothing is lost: the next read continues from the same place.
                log.info("live bus: %s", error)
                continue
            except (redis.RedisError, OSError) as error:
                log.warning("live bus: %s", error)
                await asyncio.sleep(1)
                continue
            for _stream, entries in replies or []:
                for entry_id, fields in entries:
                    last = entry_id
                    self._deliver(entry_id, fields)

    async def _newest(self) -> str:
        entries: Any = await self.bus.xrevrange(STREAM, count=1)
        return str(entries[0][0]) if entries else "0-0"

    def _deliver(self, entry_id: str, fields: dict[str, str]) -> None:
        self.access_changes += fields["names"].startswith(ACCESS)
        for queue in self._tabs.get(int(fields["program"]), ()):
            if queue.full():
                # A tab this far behind must fetch everything again.
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait((entry_id, "reset"))
            else:
                queue.put_nowait((entry_id, fields["names"]))

    async def missed(self, program_id: int, since: str) -> Entry | None:
        """What was published after `since`, each name once; a reset when the stream no longer
        reaches back that far.
        """
        oldest: Any = await self.bus.xrange(STREAM, count=1)
        if not oldest or _order(oldest[0][0]) > _order(since):
            return since, "reset"
        entries: Any = await self.bus.xrange(STREAM, min=f"({since}", count=REPLAY_LIMIT)
        if len(entries) == REPLAY_LIMIT:
            return entries[-1][0], "reset"
        mine = [fields["names"] for _id, fields in entries if int(fields["program"]) == program_id]
        names = dict.fromkeys(name for each in mine for name in each.split())
        return (entries[-1][0], " ".join(names)) if names else None


def _order(stream_id: str) -> tuple[int, int]:
    milliseconds, number = stream_id.split("-")
    return int(milliseconds), int(number)


def with_live_stream(django: Application, *, may_listen: MayListen) -> Application:
    """Wraps Django: answers `/p/<program>/live/` itself and passes everything else on."""
    hubs: list[Hub] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        match = PATH.match(scope.get("path", "")) if scope["type"] == "http" else None
        if match is None:
            await django(scope, receive, send)
            return
        if not hubs:
            hubs.append(Hub())
        await _serve(hubs[0], match[1], scope, receive, send, may_listen)

    return application


async def _serve(
    hub: Hub, slug: str, scope: Scope, receive: Receive, send: Send, may_listen: MayListen
) -> None:
    listener = await _admitted(hub, slug, scope, may_listen)
    if listener is None:
        await _refuse(send, 404)
        return
    if hub.is_full_for(listener.person_id):
        await _refuse(send, 429)
        return
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    queue = hub.join(listener)
    gone = asyncio.create_task(_until_disconnect(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await _emit(send, "retry: 2000\n: open\n\n")
        await _replay(hub, listener.program_id, scope, send)
        checked = monotonic()
        while not gone.done():
            entries = await _next(queue, gone)
            if monotonic() - checked >= HEARTBEAT or _is_about_access(entries, listener):
                if await may_listen(scope, slug) != listener:
                    break
                checked = monotonic()
            text = "".join(map(_events, entries)) if entries else ": still here\n\n"
            if text and not gone.done():
                await _emit(send, text)
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        hub.leave(listener, queue)


async def _admitted(hub: Hub, slug: str, scope: Scope, may_listen: MayListen) -> Listener | None:
    """Who listens, as of now: an answer during which somebody's access changed may be outdated."""
    await hub.listen()
    while True:
        changes = hub.access_changes
        listener = await may_listen(scope, slug)
        if hub.access_changes == changes:
            return listener


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _replay(hub: Hub, program_id: int, scope: Scope, send: Send) -> None:
    since = dict(scope["headers"]).get(b"last-event-id", b"").decode("ascii", "replace")
    if not STREAM_ID.match(since):
        return
    try:
        entry = await hub.missed(program_id, since)
    except (redis.RedisError, OSError):
        entry = (since, "reset")
    if entry:
        await _emit(send, _events(entry))


async def _next(queue: "asyncio.Queue[Entry]", gone: "asyncio.Task[None]") -> list[Entry]:
    """What is waiting; nothing after a heartbeat of silence, or once the tab is gone."""
    waiting = asyncio.create_task(queue.get())
    await asyncio.wait({waiting, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done():
        waiting.cancel()
        return []
    entries = [waiting.result()]
    while not queue.empty():
        entries.append(queue.get_nowait())
    return entries


def _is_about_access(entries: list[Entry], listener: Listener) -> bool:
    """A reset may stand for anything, the listener's access included."""
    heard = {name for _id, names in entries for name in names.split()}
    return not heard.isdisjoint({f"{ACCESS}{listener.person_id}", "reset"})


def _events(entry: Entry) -> str:
    """One event per name. Only the last has the id, so a tab cut off earlier asks for all again."""
    entry_id, names = entry
    told = [name for name in names.split() if not name.startswith(ACCESS)]
    if not told:
        return ""
    *others, last = (f"event: {name}\ndata: {entry_id}\n\n" for name in told)
    return "".join(others) + f"id: {entry_id}\n{last}"


async def _emit(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
