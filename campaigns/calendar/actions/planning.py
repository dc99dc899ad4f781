"""Planning touches and changing planned ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import transaction

from accounts.models import Account, Stakeholder
from alignment.core.audit import record
from alignment.core.live import bus
from alignment.people.models import Program, Side, User
from alignment.people.queries import sides_of
from campaigns.policy.queries import policy_of

from ..models import Touch, TouchPerson
from ..rules.conflicts import Conflict
from ..rules.slots import Slot
from .checks import check_new, check_plan, check_source
from .judging import check_touch, demand_way, written
from .locks import lock_calendars
from .override_notices import Overridden, notify_concerned


@transaction.atomic
def plan_touch(
    *,
    program: Program,
    account: Account,
    people: Iterable[int] = (),
    by: User | None,
    reason: str = "",
    news: list[Overridden] | None = None,
    **fields: Any,
) -> Touch:
    """Plan a touch of the stakeholders `people` (ids), or of the whole committee.

    `fields` are `channel`, `starts_at`, `ends_at` and optionally `who`, `side`,
    `is_whole_committee`, `follows`, `source`, `external_id`, `message`, `say`, `asset` and
    `campaign`. It joins the thread of the touch that it follows. Its side is that of `who`; `side`
    is used if nobody, or somebody without a team, is to do it. People concerned by overridden
    conflicts are notified; callers that plan many at once pass `news`, to which these are appended
    instead, and notify everybody at the end.
    Raises `ValidationError` by field, `TouchRefused` for a hard conflict, and `NeedsReason` for a
    soft conflict without a `reason`; then nothing is written.
    """
    lock_calendars([account.pk])
    touch, reached = draft(program, account, people, by, fields)
    wish = wish_of(touch, reached)
    found = demand_way(program=program, account=account, touch=wish, reason=reason)
    override(touch, found, reason, by)

    def write() -> Touch:
        touch.save()
        if not touch.thread:
            touch.thread = touch.pk
            touch.save(update_fields=["thread"])
        reach(touch, reached)
        record(
            by=by,
            action="touch.planned",
            target=touch,
            program_id=program.pk,
            **why_overridden(touch),
        )
        if news is None:
            notify_concerned(program=program, rows=[Overridden(touch, found)], by=by)
        else:
            news.append(Overridden(touch, found))
        publish_touch(touch)
        return touch

    return written(write, program=program, account=account, touch=wish)


def try_touch(
    *,
    program: Program,
    account: Account,
    people: Iterable[int] = (),
    by: User | None,
    **fields: Any,
) -> tuple[list[Conflict], list[Slot]]:
    """The conflicts that planning it would cause, and the nearest free places; writes nothing.

    Takes the arguments of `plan_touch`. Raises `ValidationError`.
    """
    touch, reached = draft(program, account, people, by, fields)
    return check_touch(program=program, account=account, touch=wish_of(touch, reached))


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
    check_source(touch)
    touch.side = side_of(program, touch.who, given=touch.side, by=by)
    touch.thread = touch.follows.thread if touch.follows else 0
    reached = committee(account) if touch.is_whole_committee else sorted(set(people))
    check_plan(touch, reached)
    return touch, reached


def side_of(program: Program, who: User | None, *, given: str = "", by: User | None = None) -> str:
    """The side of `who`'s team; else the given one, else that of `by`, else sales."""
    found = sides_of(program, (person.pk for person in (who, by) if person))
    of_who = found.get(who.pk, "") if who else ""
    of_by = found.get(by.pk, "") if by else ""
    return of_who or given or of_by or Side.SALES


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


def wish_of(touch: Touch, people: Sequence[int]) -> Slot:
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


def override(touch: Touch, found: Sequence[Conflict], reason: str, by: User | None) -> None:
    """Store which conflicts were overridden, by whom and why; clears them if there are none any
    more."""
    touch.override_reason = reason if found else ""
    touch.overridden_by = by if found else None
    touch.overridden = sorted({conflict.kind.value for conflict in found})


def why_overridden(touch: Touch) -> dict[str, Any]:
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
