"""The live bus: names of what changed, per program, in a Valkey stream.

Only names travel (`leads`, `lead-42`); pages fetch the content again, so permissions stay in the
views. The stream is short: a tab that was away too long reloads everything.
"""

import logging

import redis
from django.db import transaction

from alignment.core import broker
from alignment.core.broker import client

log = logging.getLogger(__name__)

# Each entry holds a program's id and the names published together, separated by spaces.
STREAM = "live.names"
STREAM_LENGTH = 20_000
# Names that begin so are for the streams themselves, not for the pages.
ACCESS = "access-"
# Seconds by which the clocks of this machine and of Valkey may differ.
SKEW = 0.1


def stream_place(moment: float) -> str:
    """The place in the stream of what is published from `moment` (seconds of the epoch) on."""
    return f"{round((moment - SKEW) * 1_000)}-0"


def publish(program_id: int, *names: str) -> None:
    """Tell the program's open tabs what changed, once the current transaction commits."""
    transaction.on_commit(lambda: publish_now(program_id, *names))


def publish_access(program_id: int, person_id: int) -> None:
    """Let the person's open streams ask again at once whether they may listen."""
    publish(program_id, f"{ACCESS}{person_id}")


def publish_now(program_id: int, *names: str) -> None:
    """Tell them now. A failing bus costs freshness, not data, so failures are only logged."""
    if not names or broker.is_silent():
        return
    try:
        fields: dict[str | bytes, str | int] = {"program": program_id, "names": " ".join(names)}
        client().xadd(STREAM, fields, maxlen=STREAM_LENGTH, approximate=True)  # type: ignore[arg-type]
    except redis.RedisError as error:
        log.info("live update %s not published", names)
        broker.went_silent(error)
