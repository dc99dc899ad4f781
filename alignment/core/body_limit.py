"""Limits how much of a request body is received: a raw ASGI layer in front of Django.

Django's handler writes a body to disk before any middleware sees the request, so the limit for
anonymous clients must be enforced here. Known clients may send as much as the largest import file;
the limits of forms and of the API, with their own messages, apply after that.
"""

from collections.abc import Awaitable, Callable

from django.conf import settings

from alignment.core.live.sse import Application, Receive, Scope, Send

# Whether the request comes from a signed-in user or carries a valid key.
IsKnown = Callable[[Scope], Awaitable[bool]]
Message = dict[str, object]


class _Body:
    """Counts the bytes received and ends the request when there are too many."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, is_known: IsKnown) -> None:
        self._scope, self._receive, self._send, self._is_known = scope, receive, send, is_known
        self._limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        self._is_asked = False
        self._received = 0
        self._has_begun = False
        self.is_too_large = False

    async def exceeds(self, length: int) -> bool:
        if length > self._limit and not self._is_asked:
            self._is_asked = True
            if await self._is_known(self._scope):
                # Doubled, so that the form itself refuses a file that is only a little too large.
                self._limit = 2 * settings.IMPORT_MAX_BYTES
        return length > self._limit

    async def receive(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if await self.exceeds(self._received):
            self.is_too_large = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        self._has_begun = True
        await self._send(message)

    async def refuse(self) -> None:
        if self._has_begun:
            return
        text = f"The body is larger than {self._limit} bytes.\n".encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(text)).encode()),
            (b"connection", b"close"),
        ]
        await self._send({"type": "http.response.start", "status": 413, "headers": headers})
        await self._send({"type": "http.response.body", "body": text})


def with_body_limit(inner: Application, *, is_known: IsKnown) -> Application:
    """Wraps the application: anonymous clients get 413 for more than one API batch."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await inner(scope, receive, send)
            return
        body = _Body(scope, receive, send, is_known)
        if await body.exceeds(_announced(scope)):
            await body.refuse()
            return
        await inner(scope, body.receive, body.send)
        if body.is_too_large:
            await body.refuse()

    return application


def _announced(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() else 0
