"""Concurrent work in tests, each on its own connection, paused where it matters."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection

PATIENCE = 20.0


@dataclass
class Beside:
    """Work running beside the test; `end` waits for it and returns what it raised."""

    thread: threading.Thread
    raised: list[BaseException] = field(default_factory=list)

    def end(self) -> list[BaseException]:
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        return self.raised


def beside(work: Callable[[], object]) -> Beside:
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return Beside(thread, raised)


def at_once(
    *works: Callable[[], Any], refusals: type[BaseException] | tuple[type[BaseException], ...] = ()
) -> list[Any]:
    """What each of these returned, or the refusal that it raised. All begin at the same moment."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            barrier.wait(PATIENCE)
            return work()
        except refusals as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def raised_at_once(*works: Callable[[], object]) -> list[BaseException]:
    """What those of them raised that failed."""
    found = at_once(*works, refusals=BaseException)
    return [each for each in found if isinstance(each, BaseException)]


def attempt(work: Callable[[], object]) -> list[BaseException]:
    """Run it; returns what it raised."""
    try:
        work()
    except BaseException as error:
        return [error]
    return []


def until_somebody_waits(
    number: int = 1, *, patience: float = 5.0, unless: Beside | None = None
) -> None:
    """Wait until this many connections of the database wait for a lock, but at most `patience`
    seconds, and no longer than the work `unless` is running.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and not (unless and not unless.thread.is_alive()):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN"
                " (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
            )
            if cursor.fetchone()[0] >= number:
                return
        time.sleep(0.01)


@contextmanager
def pausing(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *, before: bool
) -> Iterator[threading.Event]:
    """Pauses `module.name`, before or after it runs, until somebody waits for a lock; the event
    says when it was reached.
    """
    reached, real = threading.Event(), getattr(module, name)

    def pause() -> None:
        reached.set()
        until_somebody_waits()

    def slow(*args: Any, **named: Any) -> Any:
        if before:
            pause()
        found = real(*args, **named)
        if not before:
            pause()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(module, name, slow)
        yield reached
