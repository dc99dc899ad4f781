"""Queueing accounts for scoring. Scoring itself is in `alignment.scoring`."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from alignment.core.arrays import id_array

# From this many accounts on, those an import created in sequence are queued as one span instead of
# a row each. Up to as many other accounts within the span are scored needlessly, which costs less.
FEWEST_IN_SPAN = 100


def queue_for_score(*, program_id: int, account_ids: Iterable[int]) -> None:
    """Call it in the transaction that changes what a score depends on; a sweep does the scoring."""
    ids = list(account_ids)
    first, last = min(ids, default=0), max(ids, default=0)
    with connection.cursor() as cursor:
        if len(ids) >= FEWEST_IN_SPAN and last - first < 2 * len(ids):
            cursor.execute(
                "INSERT INTO accounts_accounttoscore (program_id, after, until)"
                " VALUES (%s, %s, %s)",
                [program_id, first - 1, last],
            )
            return
        cursor.execute(
            "INSERT INTO accounts_accounttoscore (program_id, account_id)"
            " SELECT %s, unnest(%s::bigint[])",
            [program_id, id_array(ids)],
        )


def queue_all_for_score(*, program_id: int) -> None:
    """Queue all accounts of the program: one row, processed in pieces."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO accounts_accounttoscore (program_id) VALUES (%s)", [program_id])
