"""Touches of the demo that are done."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from accounts.models import Account, Stakeholder
from alignment.people.models import Program
from campaigns.calendar.models import Touch, TouchPerson

LASTS = timedelta(minutes=15)


def weekday_at(day: date, hour: int) -> datetime:
    """An hour in UTC on that day, or on the Friday before; from 18:00 on it is daytime all over the
    United States."""
    day -= timedelta(days=max(0, day.weekday() - 4))
    return datetime.combine(day, time(hour), UTC)


def somebody_at(program: Program, account: Account) -> Stakeholder | None:
    rows = Stakeholder.objects.in_program(program).filter(account=account, do_not_contact=False)
    return rows.order_by("pk").first()


def done_touch(
    person: Stakeholder, at: datetime, *, follows: Touch | None = None, **fields: Any
) -> Touch:
    """A touch of that person; without `follows` it begins a thread."""
    touch = Touch.objects.create(
        program=person.program,
        starts_at=at,
        ends_at=at + LASTS,
        state=Touch.State.DONE,
        done_at=at,
        follows=follows,
        thread=follows.thread if follows else 0,
        **fields,
    )
    if follows is None:
        touch.thread = touch.pk
        touch.save(update_fields=["thread"])
    TouchPerson.objects.create(program=person.program, touch=touch, stakeholder=person)
    return touch
