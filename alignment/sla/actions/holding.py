"""Locks of the machine that must never be held for long."""

from __future__ import annotations

from django.db import connection

# A process that froze in its transaction is cut off; the others go on with the same rows.
SILENT_MS = 10_000
WAITS_MS = 20_000


def hold_briefly() -> None:
    """For the transaction that begins: the database ends it when its process says nothing for
    10 s, and gives up waiting for a lock after 20 s. The rows wait for the next sweep."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('idle_in_transaction_session_timeout', %s, true),"
            " set_config('lock_timeout', %s, true)",
            [str(SILENT_MS), str(WAITS_MS)],
        )
