"""When a touch takes place: as planned, or once it is done, when it really did."""

from __future__ import annotations

from datetime import datetime


def takes_place(
    starts: datetime, ends: datetime, done_at: datetime | None
) -> tuple[datetime, datetime]:
    """The time during which it keeps others away, as `calendar_time` in the database computes it.

    If it was done before or after its planned time, it is that moment; if within, it lasted until
    then.
    """
    if done_at is None:
        return starts, ends
    return (starts if starts <= done_at <= ends else done_at), done_at
