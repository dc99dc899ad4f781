"""When a touch takes place: as planned, or, once it is done, when it really was."""

from __future__ import annotations

from datetime import datetime


def takes_place(
    starts: datetime, ends: datetime, done_at: datetime | None
) -> tuple[datetime, datetime]:
    """From when until when it keeps others away; the database says the same (`calendar_time`).

    Done before or after its plan, it was at that moment; done within, it went on until then.
    """
    if done_at is None:
        return starts, ends
    return (starts if starts <= done_at <= ends else done_at), done_at
