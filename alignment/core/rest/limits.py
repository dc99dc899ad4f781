"""Counting requests per caller in windows of one minute, in Valkey."""

import time
from dataclasses import dataclass

import redis

from alignment.core import broker
from alignment.core.broker import client

WINDOW = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much of this minute's limit was used; the next window starts in `reset` seconds."""

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
    """Count one request of `caller`. While Valkey is silent, requests pass: the API stays open."""
    minute, second = divmod(int(time.time()), WINDOW)
    key = f"rate:{caller}:{minute}"
    used = 1
    if not broker.is_silent():
        try:
            used = _count(key)
        except redis.RedisError as error:
            broker.went_silent(error)
    return Allowance(limit=limit, used=used, reset=WINDOW - second)


def _count(key: str) -> int:
    with client().pipeline(transaction=False) as pipe:
        pipe.incr(key)
        pipe.expire(key, 2 * WINDOW)
        used: int = pipe.execute()[0]
    return used
