"""Asking Valkey without ever waiting long for it.

It carries hints, names for open pages, counters and caches: nothing that a page needs. So whoever
asks gives up after a second, and for some seconds nobody in this process asks again.
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
# How long nobody asks after it did not answer, and how long an answer is taken for health.
PAUSE = 5.0
FRESH = 1.0


class _Silence:
    until = 0.0
    answered = float("-inf")


# redis-py itself would try four times.
CONNECTION = {
    "socket_timeout": TIMEOUT,
    "socket_connect_timeout": TIMEOUT,
    "retry": Retry(NoBackoff(), 0),
}


@cache
def client() -> redis.Redis:
    return redis.Redis.from_url(settings.BROKER_URL, **CONNECTION)


def is_silent() -> bool:
    """It did not answer a moment ago: don't ask."""
    return time.monotonic() < _Silence.until


def went_silent(error: Exception) -> None:
    """Whoever got no answer says so."""
    if not is_silent():
        log.warning("Valkey does not answer: %s", error)
    _Silence.until = time.monotonic() + PAUSE
    _Silence.answered = float("-inf")


def answers() -> bool:
    """Whether it is there, for those whose own way of asking would wait longer."""
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
