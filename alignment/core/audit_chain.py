"""Checks the audit trail: each entry's hash covers the entry and its predecessor."""

from dataclasses import dataclass

from django.db import connection

# `place` must count 1, 2, 3 ... in each chain, so that a missing entry shows as well.
_BROKEN = """
SELECT COALESCE(program_id, 0), id FROM (
    SELECT e.program_id, e.id, e.hash, e.place,
           core_audit_hash(e, COALESCE(lag(e.hash) OVER chain, '')) AS expected,
           row_number() OVER chain AS counted
    FROM core_auditentry e WHERE e.place IS NOT NULL
    WINDOW chain AS (PARTITION BY COALESCE(e.program_id, 0) ORDER BY e.place)
) entries
WHERE hash IS DISTINCT FROM expected OR place <> counted ORDER BY 1, place LIMIT %s"""
_HEADS = """
SELECT DISTINCT ON (COALESCE(program_id, 0)) COALESCE(program_id, 0), place, hash
FROM core_auditentry WHERE place IS NOT NULL
ORDER BY COALESCE(program_id, 0), place DESC"""
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a program's chain (program 0: entries that belong to no program).

    A copy kept elsewhere also reveals a chain that was cut off at the end or rebuilt from scratch.
    """

    program_id: int
    entries: int
    hash: str


def broken_entries(most: int = MOST_SHOWN) -> list[tuple[int, int]]:
    """The first (program, entry) pairs where a chain breaks; empty when the trail is intact."""
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN, [most])
        return [(program, entry) for program, entry in cursor.fetchall()]


def heads() -> list[Head]:
    """The newest entry of each chain."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS)
        return [Head(*row) for row in cursor.fetchall()]
