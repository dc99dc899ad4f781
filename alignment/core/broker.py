"""Access to Valkey that never waits long.

Valkey carries hints, live updates, counters and caches: nothing that a page needs. Callers
therefore give up after a second, and the whole process then stops asking for a few seconds.
"""

from __future__ import annotations

import logging
import time
from functools import cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

TIMEOUT = 1.0
# How long to stop asking after a failure, and how long a success counts as proof of health.
PAUSE = 5.0
FRESH = 1.0


class _Silence:
    until = 0.0
    answered = float("-inf")


# redis-py's default is to try four times.
CONNECTION = {
    "socket_timeout": TIMEOUT,
    "socket_connect_timeout": TIMEOUT,
    "retry": Retry(NoBackoff(), 0),
}


@cache
def client() -> redis.Redis:
    return redis.Redis.from_url(settings.BROKER_URL, **CONNECTION)


def is_silent() -> bool:
    """It failed to answer a moment ago: don't ask."""
    return time.monotonic() < _Silence.until


def went_silent(error: Exception) -> None:
    """Callers report here that they got no answer."""
    if not is_silent():
        log.warning("Valkey does not answer: %s", error)
    _Silence.until = time.monotonic() + PAUSE
    _Silence.answered = float("-inf")


def answers() -> bool:
    """Whether it is up, for callers whose own client would wait longer."""
    if is_silent():
        return False
    if time.monotonic() - _Silence.answered < FRESH:
        return True
    try:
        client().ping()
    except redis.RedisError as error:
        went_silent(error)
        return False
    _Silence.answered = time.monotonic()
    return True
