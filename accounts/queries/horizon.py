"""The point up to which rows in transaction order are complete."""

from django.db import connection

# The oldest transaction still open when this statement began. A snapshot lists those of all
# databases on the server; those of other databases cannot write to this journal and must not delay
# it.
_HORIZON = """
SELECT COALESCE((
    SELECT min(xid) FROM pg_snapshot_xip(now.snapshot) AS xid
    WHERE NOT EXISTS (
        SELECT FROM pg_locks held JOIN pg_stat_activity session USING (pid)
        WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock'
          AND held.transactionid = xid::xid
          AND session.datname <> current_database())
), pg_snapshot_xmax(now.snapshot))::text
FROM (SELECT pg_current_snapshot() AS snapshot) now
"""


def oldest_open() -> int:
    """The oldest transaction still open; earlier ones will not add any more rows."""
    with connection.cursor() as cursor:
        cursor.execute(_HORIZON)
        return int(cursor.fetchone()[0])
