"""Recording the outcome of a planned touch."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rules.engagements import FIRST_DAY
from alignment.core.audit import record
from alignment.people.models import User

from ..models import Touch
from ..queries.conflict_context import slot_of
from .answers import wake_answers
from .judging import written
from .locks import lock_planned, lock_touch
from .planning import publish_touch
from .refusals import NotPlanned
from .rest import move_rest
from .slips import Slip, notify_slips
from .touch_notices import DONE, SKIPPED, notify_assignee

# A touch may be done early, but not earlier than this: that would be another touch.
EARLIEST = timedelta(days=30)


@transaction.atomic
def finish_touch(
    *,
    touch: Touch,
    by: User | None,
    result: str = "",
    note: str = "",
    done_at: datetime | None = None,
    rest_moves: bool = True,
    along: list[Slip] | None = None,
) -> Touch:
    """Mark it as done, now or at `done_at`, with its result.

    If it was a business day or more late, the rest of its thread moves by as many; touches that
    moved are appended to `along`. The person it was planned for is notified. Raises `NotPlanned`,
    and `ValidationError` for a time in the future or long before the plan.
    """
    now = timezone.now()
    if done_at and not FIRST_DAY <= done_at <= now:
        raise ValidationError({"done_at": _("Give a moment from 2000 until now.")})
    row = lock_planned(touch)
    if row.starts_at > (done_at or now) + EARLIEST:
        text = _("It is planned for more than a month later: move it first.")
        raise ValidationError({"done_at": text})
    row.state, row.done_at = Touch.State.DONE, done_at or now
    row.result, row.result_note = result, note
    row.save()
    record(by=by, action="touch.done", target=row, program_id=row.program_id, result=result)
    wake_answers(row)
    slips: list[Slip] = []
    if rest_moves:
        slips = move_rest(touch=row, before=row.starts_at, now=row.done_at, by=by)
        if along is not None:
            along.extend(slips)
    notify_assignee(touch=row, by=by, title=DONE, note=note, along=slips)
    told = row.who_id if by else None
    notify_slips(touch=row, slips=slips, at=row.done_at, by=by, told=told)
    publish_touch(row)
    return row


@transaction.atomic
def set_result(*, touch: Touch, by: User | None, result: str, note: str | None = None) -> Touch:
    """Set the result of a touch that is done; a reply often comes days later.

    Without a `note` the earlier one is kept. Raises `NotPlanned` unless the touch is done.
    """
    row = lock_touch(touch)
    if row.state != Touch.State.DONE:
        raise NotPlanned
    row.result = result
    row.result_note = row.result_note if note is None else note
    row.save(update_fields=["result", "result_note", "updated_at"])
    record(by=by, action="touch.result", target=row, program_id=row.program_id, result=result)
    publish_touch(row)
    return row


@transaction.atomic
def skip_touch(*, touch: Touch, by: User | None, because: str) -> Touch:
    """Skip it and release its slot. Raises `NotPlanned`."""
    row = lock_planned(touch)
    row.state, row.skipped_because = Touch.State.SKIPPED, because
    row.save()
    record(by=by, action="touch.skipped", target=row, program_id=row.program_id, reason=because)
    notify_assignee(touch=row, by=by, title=SKIPPED, note=f"“{because}”")
    publish_touch(row)
    return row


@transaction.atomic
def reopen_touch(*, touch: Touch, by: User | None) -> Touch:
    """Return a done or skipped touch to planned, at its old place.

    Raises `TouchRefused` if the place has been taken since.
    """
    row = lock_touch(touch)
    if row.state == Touch.State.PLANNED:
        return row
    row.state, row.done_at, row.result = Touch.State.PLANNED, None, ""
    row.result_note = row.skipped_because = ""

    def write() -> Touch:
        row.save()
        record(by=by, action="touch.reopened", target=row, program_id=row.program_id)
        publish_touch(row)
        return row

    return written(write, program=row.program, account=row.account, touch=slot_of(row))
