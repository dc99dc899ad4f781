"""Connections to the database after an outage."""

import contextlib

from django.db import Error, connection


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
