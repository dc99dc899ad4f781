"""Counting requests per caller in windows of one minute, in Valkey."""

import logging
import time
from dataclasses import dataclass

import redis

from alignment.core.live.bus import client

log = logging.getLogger(__name__)

WINDOW = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of this minute: `reset` seconds until it starts anew."""

    limit: int
    used: int
    reset: int

    @property
    def exceeded(self) -> bool:
        return self.used > self.limit

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "RateLimit-Reset": str(self.reset),
            "RateLimit-Policy": f"{self.limit};w={WINDOW}",
        }


def spend(caller: str, *, limit: int) -> Allowance:
    """Count one request of `caller`. A silent Valkey lets it pass: it must not close the API."""
    minute, second = divmod(int(time.time()), WINDOW)
    key = f"rate:{caller}:{minute}"
    try:
        used = _count(key)
    except redis.RedisError as error:
        log.warning("rate of %s not counted: %s", caller, error)
        used = 1
    return Allowance(limit=limit, used=used, reset=WINDOW - second)


def _count(key: str) -> int:
    with client().pipeline(transaction=False) as pipe:
        pipe.incr(key)
        pipe.expire(key, 2 * WINDOW)
        used: int = pipe.execute()[0]
    return used
