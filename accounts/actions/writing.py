"""Writing many rows: ids first, then COPY, so that nothing has to be read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db import IntegrityError, connection, transaction

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
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [pk for (pk,) in cursor]


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
