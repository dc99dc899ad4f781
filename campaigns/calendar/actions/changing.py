"""Changing planned touches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alignment.core.audit import record
from alignment.core.edits import set_fields
from alignment.people.models import User

from ..models import Touch
from ..queries.conflict_context import follow_ups_of, slot_of
from ..rules.conflicts import Conflict, Kind, overtaken
from ..rules.slots import Slot
from .checks import check_changed, check_plan, check_source
from .judging import demand_way, written
from .locks import lock_touch
from .override_notices import Overridden, notify_concerned
from .planning import committee, override, publish_touch, reach, side_of, why_overridden, wish_of
from .refusals import NotPlanned, TouchChanged, is_known_by_another
from .rest import carries_rest, move_rest
from .slips import Slip, notify_slips
from .touch_notices import CHANGED, GIVEN, MOVED, TAKEN, notify_assignee


@transaction.atomic
def change_touch(
    *,
    touch: Touch,
    by: User | None,
    people: Iterable[int] | None = None,
    reason: str = "",
    rest_moves: bool = True,
    seen: datetime | None = None,
    along: list[Slip] | None = None,
    tells: bool = True,
    **changes: Any,
) -> Touch:
    """Change a planned touch: its time, who, its people, its texts. Where all of it is so already,
    nothing is written, whatever its state.

    If it moves to a later business day, the touches after it in its thread move by as many days,
    unless `rest_moves` is false; then those that would come before it are a soft conflict. Touches
    that moved are appended to `along`. Who did it so far and who does it now are notified, unless
    `tells` is false, for callers that give many. `seen` is the `updated_at` that the person read;
    raises `TouchChanged` if somebody changed the touch since. Raises as `plan_touch` does, and
    `NotPlanned`.
    """
    row = lock_touch(touch)
    is_planned = row.state == Touch.State.PLANNED
    if seen is not None and seen != row.updated_at:
        raise TouchChanged(row) if is_planned else NotPlanned
    if _is_so(row, by, people, changes) and reason in ("", row.override_reason):
        return row
    if not is_planned:
        raise NotPlanned
    before, former = row.starts_at, row.who_id
    reached = _take_changes(row, by, people, changes)
    wish = wish_of(row, reached)
    found = demand_way(
        program=row.program,
        account=row.account,
        touch=wish,
        reason=reason,
        also=_overtaken(row, wish, before, rest_moves=rest_moves),
    )
    override(row, found, reason, by)

    def write() -> Touch:
        row.save()
        reach(row, reached)
        record(
            by=by,
            action="touch.changed",
            target=row,
            program_id=row.program_id,
            **why_overridden(row),
        )
        notify_concerned(program=row.program, rows=[Overridden(row, found)], by=by)
        slips: list[Slip] = []
        if rest_moves:
            slips = move_rest(touch=row, before=before, now=row.starts_at, by=by)
        if along is not None:
            along.extend(slips)
        if tells or former == row.who_id:
            _notify_owners(row, by, before, former, slips)
        publish_touch(row)
        return row

    return written(write, program=row.program, account=row.account, touch=wish)


@transaction.atomic
def set_source(*, touch: Touch, by: User | None, **said: Any) -> Touch:
    """Change `source` and `external_id`, by which another tool knows the touch, whatever its state.
    Raises `ValidationError` by field.
    """
    row = lock_touch(touch)
    changed = set_fields(row, said, ("source", "external_id"))
    if not changed:
        return row
    check_source(row)
    try:
        with transaction.atomic():
            row.save(update_fields=[*changed, "updated_at"])
    except IntegrityError as error:
        if not is_known_by_another(error):
            raise
        raise ValidationError({"external_id": _("Another one has this id.")}) from error
    record(by=by, action="touch.changed", target=row, program_id=row.program_id, fields=changed)
    publish_touch(row)
    return row


def _is_so(
    row: Touch, by: User | None, people: Iterable[int] | None, changes: dict[str, Any]
) -> bool:
    """Whether the changes say what is stored. A committee is that of today while it is planned."""
    said = dict(changes)
    side = said.pop("side", "")
    if any(getattr(row, name) != value for name, value in said.items()):
        return False
    if side and side_of(row.program, row.who, given=side, by=by) != row.side:
        return False
    if row.is_whole_committee:
        is_asked = people is not None or "is_whole_committee" in changes
        if not is_asked or row.state != Touch.State.PLANNED:
            return True
        return committee(row.account) == _reached_now(row)
    return people is None or sorted(set(people)) == _reached_now(row)


def _take_changes(
    row: Touch, by: User | None, people: Iterable[int] | None, changes: dict[str, Any]
) -> list[int]:
    """Set the fields of the unsaved row and return its people. Raises `ValidationError`."""
    before, former = row.starts_at, row.who_id
    for name, value in changes.items():
        setattr(row, name, value)
    check_changed(row, before, former)
    if "who" in changes or "side" in changes:
        row.side = side_of(row.program, row.who, given=row.side, by=by)
    if "follows" in changes:
        _rethread(row)
    reached = _reached_now(row) if people is None else sorted(set(people))
    if row.is_whole_committee and ("is_whole_committee" in changes or people is not None):
        reached = committee(row.account)
    check_plan(row, reached)
    return reached


def _overtaken(row: Touch, wish: Slot, before: datetime, *, rest_moves: bool) -> list[Conflict]:
    """Follow-ups that would come before the touch, because they do not move along."""
    is_asked = row.starts_at != before or Kind.FIRST_NOT_DONE in row.overridden
    if not is_asked or (rest_moves and carries_rest(row, before)):
        return []
    return overtaken(wish, follow_ups_of(row))


def _rethread(touch: Touch) -> None:
    """Join the thread of the touch it follows. Raises `ValidationError` if other touches follow
    this one and would be left behind, or if the touch that it follows is one of them."""
    thread = touch.follows.thread if touch.follows else touch.pk
    if thread != touch.thread and touch.follow_ups.exists():
        raise ValidationError({"follows": _("Other touches already take this one up.")})
    if touch.follows_id == touch.pk:
        raise ValidationError({"follows": _("A touch does not take itself up.")})
    touch.thread = thread
    if _is_taken_up_by_what_it_follows(touch):
        raise ValidationError({"follows": _("Other touches already take this one up.")})


def _is_taken_up_by_what_it_follows(touch: Touch) -> bool:
    rows = Touch.objects.in_program(touch.program_id).filter(thread=touch.thread)
    followed = dict(rows.values_list("pk", "follows_id"))
    earlier = touch.follows_id
    while earlier is not None and earlier != touch.pk:
        # Each is taken out, since a circle may be stored from before.
        earlier = followed.pop(earlier, None)
    return earlier is not None


def _notify_owners(
    touch: Touch,
    by: User | None,
    before: datetime,
    former: int | None,
    slips: Sequence[Slip],
) -> None:
    if former == touch.who_id:
        title = CHANGED if touch.starts_at == before else MOVED
        notify_assignee(touch=touch, by=by, title=title, along=slips)
    else:
        notify_assignee(touch=touch, by=by, title=GIVEN)
        if former:
            notify_assignee(touch=touch, by=by, title=TAKEN, former=former, along=slips)
    told = former if by else None
    notify_slips(touch=touch, slips=slips, at=touch.starts_at, by=by, told=told)


def _reached_now(touch: Touch) -> list[int]:
    return sorted(slot_of(touch).people)
