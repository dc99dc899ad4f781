"""Planning touches and changing planned ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account, Stakeholder
from alignment.core.audit import record
from alignment.core.live import bus
from alignment.people.models import Membership, Program, Side, User
from campaigns.policy.queries import policy_of

from ..models import Touch, TouchPerson
from ..queries.conflict_context import follow_ups_of, slot_of
from ..rules.conflicts import Conflict, Kind, overtaken
from ..rules.slots import Slot
from .checks import check_changed, check_new, check_plan
from .judging import check_touch, demand_way, written
from .locks import lock_calendars, lock_planned
from .override_notices import Overridden, notify_concerned
from .refusals import TouchChanged
from .rest import carries_rest, move_rest
from .slips import Slip, notify_slips
from .touch_notices import CHANGED, MOVED, TAKEN, notify_assignee

# The optional fields of a touch, apart from its people and what it follows.
WORDS = ("message", "say", "asset", "campaign")


@transaction.atomic
def plan_touch(
    *,
    program: Program,
    account: Account,
    people: Iterable[int],
    by: User | None,
    reason: str = "",
    news: list[Overridden] | None = None,
    **fields: Any,
) -> Touch:
    """Plan a touch of the stakeholders `people` (ids), or of the whole committee.

    `fields` are `channel`, `starts_at`, `ends_at` and optionally `who`, `side`,
    `is_whole_committee`, `follows`, `source`, `external_id` and `WORDS`. It joins the thread of the
    touch that it follows. Its side is that of `who`; `side` is used if nobody, or somebody without
    a team, is to do it. People concerned by overridden conflicts are notified; callers that plan
    many at once pass `news`, to which these are appended instead, and notify everybody at the end.
    Raises `ValidationError` by field, `TouchRefused` for a hard conflict, and `NeedsReason` for a
    soft conflict without a `reason`; then nothing is written.
    """
    lock_calendars([account.pk])
    touch, reached = draft(program, account, people, by, fields)
    wish = _wish(touch, reached)
    found = demand_way(program=program, account=account, touch=wish, reason=reason)
    _override(touch, found, reason, by)

    def write() -> Touch:
        touch.save()
        if not touch.thread:
            touch.thread = touch.pk
            touch.save(update_fields=["thread"])
        reach(touch, reached)
        record(by=by, action="touch.planned", target=touch, program_id=program.pk, **_why(touch))
        if news is None:
            notify_concerned(program=program, rows=[Overridden(touch, found)], by=by)
        else:
            news.append(Overridden(touch, found))
        publish_touch(touch)
        return touch

    return written(write, program=program, account=account, touch=wish)


def try_touch(
    *, program: Program, account: Account, people: Iterable[int], by: User | None, **fields: Any
) -> tuple[list[Conflict], list[Slot]]:
    """The conflicts that planning it would cause, and the nearest free places; writes nothing.

    Takes the arguments of `plan_touch`. Raises `ValidationError`.
    """
    touch, reached = draft(program, account, people, by, fields)
    return check_touch(program=program, account=account, touch=_wish(touch, reached))


def draft(
    program: Program,
    account: Account,
    people: Iterable[int],
    by: User | None,
    fields: dict[str, Any],
    check: Callable[[Touch], None] = check_new,
) -> tuple[Touch, list[int]]:
    """The unsaved touch and its people. Raises `ValidationError`."""
    touch = Touch(
        program=program, account=account, created_by=by, gap_hours=policy_of(program).gap_hours
    )
    for name, value in fields.items():
        setattr(touch, name, value)
    check(touch)
    touch.side = side_of(program, touch.who, given=touch.side, by=by)
    touch.thread = touch.follows.thread if touch.follows else 0
    reached = committee(account) if touch.is_whole_committee else sorted(set(people))
    check_plan(touch, reached)
    return touch, reached


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
    **changes: Any,
) -> Touch:
    """Change a planned touch: its time, who, its people, its texts.

    If it moves to a later business day, the touches after it in its thread move by as many days,
    unless `rest_moves` is false; then those that would come before it are a soft conflict. Touches
    that moved are appended to `along`. `seen` is the `updated_at` that the person read; raises
    `TouchChanged` if somebody changed the touch since. Raises as `plan_touch` does, and
    `NotPlanned`.
    """
    row = lock_planned(touch)
    if seen is not None and seen != row.updated_at:
        raise TouchChanged(row)
    before, former = row.starts_at, row.who_id
    reached = _take_changes(row, by, people, changes)
    wish = _wish(row, reached)
    found = demand_way(
        program=row.program,
        account=row.account,
        touch=wish,
        reason=reason,
        also=_overtaken(row, wish, before, rest_moves=rest_moves),
    )
    _override(row, found, reason, by)

    def write() -> Touch:
        row.save()
        reach(row, reached)
        record(by=by, action="touch.changed", target=row, program_id=row.program_id, **_why(row))
        notify_concerned(program=row.program, rows=[Overridden(row, found)], by=by)
        slips: list[Slip] = []
        if rest_moves:
            slips = move_rest(touch=row, before=before, now=row.starts_at, by=by)
        if along is not None:
            along.extend(slips)
        _notify_owners(row, by, before, former, slips)
        publish_touch(row)
        return row

    return written(write, program=row.program, account=row.account, touch=wish)


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


def side_of(program: Program, who: User | None, *, given: str = "", by: User | None = None) -> str:
    """The side of `who`'s team; else the given one, else that of `by`, else sales."""
    people = [person for person in (who, by) if person]
    seats = Membership.objects.in_program(program).filter(
        user__in=[person.pk for person in people], team__isnull=False
    )
    found = dict(seats.values_list("user_id", "team__side"))
    of_who = found.get(who.pk, "") if who else ""
    of_by = found.get(by.pk, "") if by else ""
    return of_who or given or of_by or Side.SALES


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


def committee(account: Account) -> list[int]:
    """Ids of people with a role in the buying decision; of everybody if nobody has one.

    Excludes people who must not be contacted.
    """
    people = Stakeholder.objects.in_program(account.program_id).filter(
        account=account, do_not_contact=False
    )
    ids = people.exclude(role="").order_by("pk").values_list("pk", flat=True)
    return list(ids) or list(people.order_by("pk").values_list("pk", flat=True))


def publish_touch(touch: Touch) -> None:
    bus.publish(touch.program_id, "calendar", f"account-{touch.account_id}")


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
        notify_assignee(touch=touch, by=by, title=TAKEN, former=former, along=slips)
    told = former if by else None
    notify_slips(touch=touch, slips=slips, at=touch.starts_at, by=by, told=told)


def _wish(touch: Touch, people: Sequence[int]) -> Slot:
    return Slot(
        account=touch.account_id,
        people=frozenset(people),
        who=touch.who_id,
        side=touch.side,
        channel=touch.channel,
        starts=touch.starts_at,
        ends=touch.ends_at,
        id=touch.pk,
        thread=touch.thread or None,
        follows=touch.follows_id,
        message=touch.message,
        asset=touch.asset_id,
        gap_hours=touch.gap_hours,
    )


def _override(touch: Touch, found: Sequence[Conflict], reason: str, by: User | None) -> None:
    """Store which conflicts were overridden, by whom and why; clears them if there are none any
    more."""
    touch.override_reason = reason if found else ""
    touch.overridden_by = by if found else None
    touch.overridden = sorted({conflict.kind.value for conflict in found})


def _why(touch: Touch) -> dict[str, Any]:
    if not touch.overridden:
        return {}
    return {"overridden": touch.overridden, "reason": touch.override_reason}


def reach(touch: Touch, people: Sequence[int]) -> None:
    """Set its people; new ones in id order, so that concurrent planners do not deadlock."""
    rows = TouchPerson.objects.in_program(touch.program_id).filter(touch=touch)
    rows.exclude(stakeholder__in=people).delete()
    known = set(rows.values_list("stakeholder_id", flat=True))
    TouchPerson.objects.bulk_create(
        TouchPerson(program_id=touch.program_id, touch=touch, stakeholder_id=person)
        for person in sorted(set(people) - known)
    )


def _reached_now(touch: Touch) -> list[int]:
    return sorted(slot_of(touch).people)
