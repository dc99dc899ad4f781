"""Writing many rows: ids are drawn first, then rows are COPYed, so nothing has to be read back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django.db import IntegrityError, connection, transaction

from alignment.core.arrays import text_array

T = TypeVar("T")
ATTEMPTS = 3


class Overtaken(Exception):
    """Somebody else wrote one of the rows between the read and the write."""


def lock_facts(program_id: int) -> None:
    """Until commit, let only one batch at a time change a program's companies and people.

    Rows have several unique keys, so no order of locking rows is free of deadlocks; and the stored
    rows must not change between matching and writing. Other programs are not blocked.
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
    """Append rows; a violated constraint raises `django.db.IntegrityError` as usual."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(row)


class Changed(Protocol):
    """A stored row that changes; `row` holds its facts, `seen_at` its `updated_at` when read."""

    @property
    def id(self) -> int | None: ...
    @property
    def seen_at(self) -> datetime | None: ...
    @property
    def row(self) -> list[Any]: ...


def changed_rows(changed: Iterable[Changed], facts: Sequence[str]) -> str:
    """The rows as JSON for an UPDATE that tells by `seen_at` whether somebody else was first."""
    return json.dumps(
        [
            {
                "id": held.id,
                "seen_at": held.seen_at.isoformat() if held.seen_at else None,
                **dict(zip(facts, held.row, strict=True)),
            }
            for held in changed
        ]
    )


def array_literal(items: Sequence[str] | None) -> str | None:
    """A text array in the format of COPY."""
    return None if items is None else text_array(items)


def write_in_bulk() -> None:
    """Until the transaction ends, collect the entries for the search indexes and merge them once.

    Merging a few thousand names at a time into a trigram index costs more than all else together.
    Commits are asynchronous, so this is for callers that can repeat their last chunk if the
    database server loses it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL gin_pending_list_limit = '32MB'; SET LOCAL work_mem = '64MB';"
            " SET LOCAL random_page_cost = 1.1; SET LOCAL synchronous_commit = off"
        )


def note_growth() -> None:
    """Update the planner's statistics after a program has grown; a role without the right leaves it
    to autovacuum."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_account (program_id), accounts_stakeholder (program_id)")


def tidy_search_indexes() -> None:
    """Merge what bulk writing collected, so that searches and single writes stay fast.

    A role that does not own the tables leaves it to autovacuum.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT gin_clean_pending_list(i.oid::regclass) FROM pg_class i"
            " WHERE i.relname IN ('account_name_trigrams', 'person_name_trigrams')"
            " AND pg_has_role(i.relowner, 'USAGE')"
        )


def settled(attempt: Callable[[], T]) -> T:
    """The result of an attempt in a transaction, repeated if somebody else took a row.

    Batches wait for each other in `lock_facts`; this covers all other writers.
    """
    for left in range(ATTEMPTS - 1, -1, -1):
        try:
            with transaction.atomic():
                return attempt()
        except (IntegrityError, Overtaken):
            if not left:
                raise
    raise AssertionError
