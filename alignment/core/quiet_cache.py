"""A cache that may be down: then nothing is found in it, and pages read from the database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache

from . import broker

T = TypeVar("T")
# Keys to delete as soon as Valkey answers, shared by all threads. Beyond this many, keys are not
# remembered and their entries only expire.
MOST_OWED = 100_000
_owed: set[str] = set()
_owed_lock = threading.Lock()


class QuietCache(RedisCache):
    """Django's Redis cache, except that a silent Valkey raises nothing and costs at most a second.

    A key that could not be written or deleted is deleted first when Valkey answers again: otherwise
    a session that was ended during the outage would come back with it.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        params = {**params, "OPTIONS": {**params.get("OPTIONS", {}), **broker.CONNECTION}}
        super().__init__(server, params)

    def _ask(self, otherwise: T, ask: Callable[[], T], spoils: Iterable[str] = ()) -> T:
        if not broker.is_silent():
            try:
                self._pay()
                return ask()
            except redis.RedisError as error:
                broker.went_silent(error)
        with _owed_lock:
            if len(_owed) < MOST_OWED:
                _owed.update(spoils)
        return otherwise

    def _pay(self) -> None:
        if not _owed:
            return
        with _owed_lock:
            owed = list(_owed)
        self._cache.delete_many(owed)
        with _owed_lock:
            _owed.difference_update(owed)

    def _key(self, key: Any, version: int | None) -> str:
        return str(self.make_and_validate_key(key, version=version))

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        return self._ask(
            True, lambda: bool(super(QuietCache, self).add(key, value, timeout, version))
        )

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask(default, lambda: super(QuietCache, self).get(key, default, version))

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._ask(
            None,
            lambda: super(QuietCache, self).set(key, value, timeout, version),
            [self._key(key, version)],
        )

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._ask(False, lambda: bool(super(QuietCache, self).touch(key, timeout, version)))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._ask(
            False,
            lambda: bool(super(QuietCache, self).delete(key, version)),
            [self._key(key, version)],
        )

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        return self._ask({}, lambda: dict(super(QuietCache, self).get_many(keys, version)))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self._ask(False, lambda: bool(super(QuietCache, self).has_key(key, version)))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError for a missing key, and for any key while the cache is down."""
        found: int | None = self._ask(
            None, lambda: int(super(QuietCache, self).incr(key, delta, version))
        )
        if found is None:
            raise ValueError(f"Key '{key}' not found.")
        return found

    def set_many(
        self, data: dict[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[Any]:
        return self._ask(
            list(data),
            lambda: list(super(QuietCache, self).set_many(data, timeout, version)),
            [self._key(key, version) for key in data],
        )

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        keys = list(keys)
        self._ask(
            None,
            lambda: super(QuietCache, self).delete_many(keys, version),
            [self._key(key, version) for key in keys],
        )

    def clear(self) -> None:
        self._ask(None, lambda: super(QuietCache, self).clear())
