"""Having accounts scored again. The score itself is above, in `alignment.scoring`."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from alignment.core.arrays import id_array


def queue_for_score(*, program_id: int, account_ids: Iterable[int]) -> None:
    """Call it in the transaction that changes what a score rests on; a sweep does the rest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_accounttoscore (program_id, account_id, after)"
            " SELECT %s, unnest(%s::bigint[]), 0",
            [program_id, id_array(account_ids)],
        )


def queue_all_for_score(*, program_id: int) -> None:
    """The same for every account of the program: one row, taken up piece by piece."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_accounttoscore (program_id, after) VALUES (%s, 0)", [program_id]
        )
