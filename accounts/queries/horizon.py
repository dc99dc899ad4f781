"""Up to where rows in the order of their transactions are complete."""

from django.db import connection

# The oldest transaction still open when this statement began. A snapshot lists those of every
# database of the server; other databases write no journal of ours and must not hold it up.
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
    """The oldest transaction still open: none before it will show another row."""
    with connection.cursor() as cursor:
        cursor.execute(_HORIZON)
        return int(cursor.fetchone()[0])
