"""Which facts lists may not write."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection


def held_facts(program_id: int, account_ids: Collection[int]) -> dict[int, set[str]]:
    """Account -> the facts that findings hold: one statement, none without accounts.

    For a program without findings it reads an empty index range, however many accounts there are.
    """
    if not account_ids:
        return {}
    found: dict[int, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, fact FROM field_heldfact"
            " WHERE program_id = %(program)s AND account_id = ANY(%(ids)s) AND EXISTS ("
            "SELECT 1 FROM field_heldfact WHERE program_id = %(program)s)",
            {"program": program_id, "ids": list(account_ids)},
        )
        for account_id, fact in cursor:
            found.setdefault(account_id, set()).add(fact)
    return found
