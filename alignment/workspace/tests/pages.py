"""Opening pages as a member of the cast, and counting their queries."""

from typing import Any

from asgiref.sync import async_to_sync
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast


def address(cast: Cast, rest: str = "") -> str:
    return f"/p/{cast.program.slug}/{rest}"


def text(cast: Cast, who: str, rest: str = "", **headers: str) -> str:
    """The page as `who` sees it."""
    reply = cast.client(who).get(address(cast, rest), headers=headers)
    assert reply.status_code == 200, (rest, reply.status_code)
    return reply.content.decode()


def queries(cast: Cast, who: str, rest: str = "", **headers: str) -> int:
    """The number of queries of a second visit, since the first one fills the caches."""
    text(cast, who, rest, **headers)
    with CaptureQueriesContext(connection) as captured:
        text(cast, who, rest, **headers)
    return len(captured)


def lines(reply: Any) -> list[str]:
    """The lines of a streamed file."""
    body = async_to_sync(_whole)(reply).decode()
    return body.removeprefix("\ufeff").splitlines()


async def _whole(reply: Any) -> bytes:
    return b"".join([chunk async for chunk in reply])
