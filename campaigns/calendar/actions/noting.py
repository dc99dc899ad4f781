"""Recording an unplanned touch that took place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Account
from alignment.core.audit import record
from alignment.people.models import Program, User

from ..models import Touch
from ..queries.conflict_context import slot_of
from .answers import wake_answers
from .checks import check_noted
from .locks import lock_calendars
from .planning import draft, publish_touch, reach
from .touch_notices import DONE, notify_assignee


@transaction.atomic
def note_touch(
    *,
    program: Program,
    account: Account,
    people: Iterable[int],
    by: User | None,
    result: str = "",
    note: str = "",
    **fields: Any,
) -> Touch:
    """Record a touch that took place from `starts_at` until `ends_at`.

    Collisions are no error, because it has happened; it takes no slot from another touch. Takes the
    arguments of `plan_touch` and the result. The person who did it is notified. An identical
    earlier record is returned instead of a new one. Raises `ValidationError` by field, also for a
    time in the future.
    """
    lock_calendars([account.pk])
    touch, reached = draft(program, account, people, by, fields, check=check_noted)
    if known := _known(touch, reached):
        return known
    touch.state, touch.done_at = Touch.State.DONE, min(touch.ends_at, timezone.now())
    touch.result, touch.result_note = result, note
    touch.save()
    if not touch.thread:
        touch.thread = touch.pk
        touch.save(update_fields=["thread"])
    reach(touch, reached)
    record(by=by, action="touch.noted", target=touch, program_id=program.pk, result=result)
    wake_answers(touch)
    notify_assignee(touch=touch, by=by, title=DONE, note=note)
    publish_touch(touch)
    return touch


def _known(touch: Touch, reached: Sequence[int]) -> Touch | None:
    rows = Touch.objects.in_program(touch.program_id).filter(
        account=touch.account,
        state=Touch.State.DONE,
        channel=touch.channel,
        who=touch.who,
        starts_at=touch.starts_at,
        message=touch.message,
    )
    people = frozenset(reached)
    return next((row for row in rows if slot_of(row).people == people), None)
