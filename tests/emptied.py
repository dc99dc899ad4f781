"""Empties the database after a test that committed, and fills it with saved rows.

Truncating all tables and recreating all permissions, as Django does, takes a second; deleting the
few existing rows takes a fraction of that. Keys and triggers are bypassed, which the tests' own
server allows (`alignment.config.local.postgres`); on other servers the tables are truncated.
"""

from functools import cache

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected
from psycopg.sql import SQL, Composed, Identifier

# Tables filled by migrations, or derived from the models by Django, are the same after a test.
STAY = ("reference_", "django_migrations", "django_content_type", "auth_permission")
# Tables larger than this are truncated, because dead rows would slow down later tests.
MANY_BYTES = 2_000_000
MOST_DEADLOCKS = 5

Kept = dict[str, bytes]


def empty() -> None:
    """Delete every row that a test may have committed."""
    # A worker may still be writing for the test and lock rows in another order.
    for _again in range(MOST_DEADLOCKS):
        try:
            _empty()
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
        else:
            return
    _empty()


def _empty() -> None:
    names = _with_rows()
    if not may_bypass() or _bytes(names) > MANY_BYTES:
        _run(SQL("TRUNCATE {}").format(SQL(", ").join(map(Identifier, _tables()))))
        return
    with transaction.atomic():
        _bypass()
        for name in names:
            _run(SQL("DELETE FROM {}").format(Identifier(name)))


def keep() -> Kept:
    """All existing rows, in the format that `put_back` takes."""
    kept = {}
    with connection.cursor() as cursor:
        for name in _with_rows():
            with cursor.copy(SQL("COPY {} TO STDOUT").format(Identifier(name))) as copy:
                kept[name] = b"".join(copy)
    return kept


def put_back(kept: Kept) -> None:
    """Fill the empty database. Ids do not clash, because sequences are never reset."""
    with transaction.atomic(), connection.cursor() as cursor:
        _bypass()
        for name, rows in kept.items():
            with cursor.copy(SQL("COPY {} FROM STDIN").format(Identifier(name))) as copy:
                copy.write(rows)


@cache
def may_bypass() -> bool:
    """Whether this server lets the tests' role bypass keys and triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        return bool(cursor.fetchone()[0])


def _bypass() -> None:
    _run(SQL("SET LOCAL session_replication_role = replica"))


@cache
def _tables() -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return [name for name in names if not name.startswith(STAY)]


def _with_rows() -> list[str]:
    asked = [SQL("(SELECT {} FROM {} LIMIT 1)").format(n, Identifier(n)) for n in _tables()]
    with connection.cursor() as cursor:
        cursor.execute(SQL(" UNION ALL ").join(asked))
        return [name for (name,) in cursor.fetchall()]


def _bytes(names: list[str]) -> int:
    """The size of the largest of these tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(pg_relation_size(name::regclass)) FROM unnest(%s::text[]) name", [names]
        )
        return int(cursor.fetchone()[0] or 0)


def _run(statement: SQL | Composed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
