"""Whoever writes touches of an account takes turns."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from alignment.core.arrays import id_array

from ..models import Touch
from .refusals import NotPlanned


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


def hold_touch(touch: Touch) -> Touch:
    """The touch as it is now, locked until the transaction ends."""
    hold_accounts([touch.account_id])
    return Touch.objects.in_program(touch.program_id).select_for_update().get(pk=touch.pk)


def hold_planned(touch: Touch) -> Touch:
    """The same, of one that is still planned. Raises `NotPlanned`."""
    row = hold_touch(touch)
    if row.state != Touch.State.PLANNED:
        raise NotPlanned
    return row
