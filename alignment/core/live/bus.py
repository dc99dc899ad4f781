"""The live bus: names of what changed, per program, in a Valkey stream.

Only names travel (`leads`, `lead-42`); pages fetch again what they show, so permissions stay in
the views. Streams are short: a tab that was away longer reloads.
"""

import logging

import redis
from django.db import transaction

from alignment.core import broker
from alignment.core.broker import client

log = logging.getLogger(__name__)

# Entries of one program: the names that were published together, with spaces between them.
STREAM = "live.names"
STREAM_LENGTH = 20_000


def publish(program_id: int, *names: str) -> None:
    """Tell the open tabs of a program, once the current transaction commits, what changed."""
    transaction.on_commit(lambda: publish_now(program_id, *names))


def publish_now(program_id: int, *names: str) -> None:
    """Tell them now. A silent bus costs freshness, not data, so failures are only logged."""
    if not names or broker.is_silent():
        return
    try:
        fields: dict[str | bytes, str | int] = {"program": program_id, "names": " ".join(names)}
        client().xadd(STREAM, fields, maxlen=STREAM_LENGTH, approximate=True)  # type: ignore[arg-type]
    except redis.RedisError as error:
        log.info("live update %s not published", names)
        broker.went_silent(error)
