"""Whoever writes touches of an account takes turns."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from alignment.core.arrays import id_array


def hold_accounts(ids: Iterable[int]) -> None:
    """Until the end of the transaction nobody else plans or changes touches of these accounts.

    So what is judged is what was committed, the soft rules included, and two people who move
    touches of one thread queue instead of locking each other's out. Take it before any row; of
    several accounts at once, in the order of their ids.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('entente.calendar', id))"
            " FROM unnest(%s::bigint[]) id",
            [id_array(sorted(set(ids)))],
        )
