"""Limits for transactions that must not hold locks for long."""

from __future__ import annotations

from django.db import connection

# A process that freezes in its transaction is cut off, so that others can take its rows.
SILENT_MS = 10_000
WAITS_MS = 20_000


def limit_transaction() -> None:
    """Limit the current transaction: the database ends it after 10 s without a statement, and fails
    a wait for a lock after 20 s. The rows wait for the next sweep."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('idle_in_transaction_session_timeout', %s, true),"
            " set_config('lock_timeout', %s, true)",
            [str(SILENT_MS), str(WAITS_MS)],
        )
