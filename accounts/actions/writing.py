"""Writing many rows: ids first, then COPY, so that nothing has to be read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db import IntegrityError, connection, transaction

from alignment.core.arrays import text_array

T = TypeVar("T")
ATTEMPTS = 3


class Overtaken(Exception):
    """Somebody else wrote one of the rows between reading and writing."""


def lock_facts(program_id: int) -> None:
    """Let one batch at a time change a program's companies and people, until it commits.

    Rows have several unique keys, so no order of locking rows is free of deadlocks; and a reader
    of the batch's own matches must not be overtaken. Other programs are not held up.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('entente.facts', %s))", [program_id]
        )


def next_ids(table: str, count: int) -> list[int]:
    """Ids for rows about to be written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(nextval(s.name)) FROM generate_series(1, %s),"
            " (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) s",
            [count, table],
        )
        (ids,) = cursor.fetchone()
        return list(ids)


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows; a broken constraint raises `django.db.IntegrityError` as usual."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def array_literal(items: Sequence[str] | None) -> str | None:
    """A text array as COPY reads it."""
    return None if items is None else text_array(items)


def write_in_bulk() -> None:
    """Until the transaction ends, collect what the search indexes must learn and sort it in once.

    A trigram index that learns a few thousand names at a time costs more than all else together.
    Commits are not waited for: for callers that can do their last chunk again, should the database
    server lose it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL gin_pending_list_limit = '32MB'; SET LOCAL work_mem = '64MB';"
            " SET LOCAL random_page_cost = 1.1; SET LOCAL synchronous_commit = off"
        )


def note_growth() -> None:
    """Let the planner know that a program has grown; without the right to, it learns later."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_account (program_id), accounts_stakeholder (program_id)")


def tidy_search_indexes() -> None:
    """Sort in what bulk writing collected, so that searches and single writes stay quick.

    A role that does not own the tables leaves it to autovacuum.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT gin_clean_pending_list(i.oid::regclass) FROM pg_class i"
            " WHERE i.relname IN ('account_name_trigrams', 'person_name_trigrams')"
            " AND pg_has_role(i.relowner, 'USAGE')"
        )


def settled(attempt: Callable[[], T]) -> T:
    """The result of an attempt in a transaction; a row taken by somebody else starts it again.

    Our own batches wait for each other in `lock_facts`; this is for everything else that writes.
    """
    for left in range(ATTEMPTS - 1, -1, -1):
        try:
            with transaction.atomic():
                return attempt()
        except (IntegrityError, Overtaken):
            if not left:
                raise
    raise AssertionError
