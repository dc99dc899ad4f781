"""Locks that serialise writing the touches of an account."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from alignment.core.arrays import id_array

from ..models import Touch
from .refusals import NotPlanned


def lock_calendars(ids: Iterable[int]) -> None:
    """Until the transaction ends, nobody else plans or changes touches of these accounts.

    So checks, including the soft rules, see committed touches, and two people who move touches of
    one thread wait for each other instead of deadlocking. Take it before locking any row; several
    accounts are locked in id order.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('entente.calendar', id))"
            " FROM unnest(%s::bigint[]) id",
            [id_array(sorted(set(ids)))],
        )


def lock_touch(touch: Touch) -> Touch:
    """The touch as it is now, locked until the transaction ends."""
    lock_calendars([touch.account_id])
    return Touch.objects.in_program(touch.program_id).select_for_update().get(pk=touch.pk)


def lock_planned(touch: Touch) -> Touch:
    """The same, for a touch that is still planned. Raises `NotPlanned`."""
    row = lock_touch(touch)
    if row.state != Touch.State.PLANNED:
        raise NotPlanned
    return row
