"""The point up to which rows in transaction order are complete.

Each server counts its transactions from the beginning. A database that a dump brought to another
server counts on where the one before ended (`transactions_before()`, see `actions/restored.py`).
"""

from django.db import connection

# The oldest transaction still open when this statement began. A snapshot lists those of all
# databases on the server; those of other databases cannot write to this journal and must not delay
# it.
_HORIZON = """
SELECT transactions_before() + COALESCE((
    SELECT min(xid) FROM pg_snapshot_xip(now.snapshot) AS xid
    WHERE NOT EXISTS (
        SELECT FROM pg_locks held JOIN pg_stat_activity session USING (pid)
        WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock'
          AND held.transactionid = xid::xid
          AND session.datname <> current_database())
), pg_snapshot_xmax(now.snapshot))::text::bigint
FROM (SELECT pg_current_snapshot() AS snapshot) now
"""
_NEXT = "SELECT transactions_before() + pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
_OF_NEWEST_EVENT = """
SELECT COALESCE(max(newest.txid::text::bigint), 0)
FROM people_program p CROSS JOIN LATERAL (
    SELECT txid FROM accounts_journalevent WHERE program_id = p.id
    ORDER BY txid DESC, id DESC LIMIT 1
) newest
"""


def oldest_open() -> int:
    """The oldest transaction still open; earlier ones will not add any more rows."""
    return _number(_HORIZON)


def next_one() -> int:
    """The transaction that begins next; all that have begun are smaller."""
    return _number(_NEXT)


def of_newest_event() -> int:
    """The last transaction that wrote to the journal; 0 if it is empty."""
    return _number(_OF_NEWEST_EVENT)


def _number(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
