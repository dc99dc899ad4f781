"""Connections to the database after an outage."""

import contextlib
import logging
from collections.abc import Iterator

import psycopg
from django.db import Error, connection

log = logging.getLogger(__name__)

# The database is unavailable or gave up; the rows wait for the next round.
AWAY = (Error, psycopg.Error)


@contextlib.contextmanager
def or_wait(work: str) -> Iterator[None]:
    """Leaves what a sweep does to its next round if the database is away; `work` is for the log."""
    try:
        yield
    except AWAY as error:
        log.warning("%s: waiting for the database: %s", work, error)
        start_over()


def start_over() -> None:
    """Drop this process's connections, so that the next statement connects anew.

    A pool waits longer after each failed attempt, up to minutes; work that runs every 2 s need not
    wait.
    """
    if connection.in_atomic_block:
        return
    with contextlib.suppress(Error):
        connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
