"""Checking a touch for conflicts before writing it, and handling the database's refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Account
from alignment.people.models import Program
from campaigns.policy.queries import policy_of

from ..queries.at_work import at_work
from ..queries.conflict_context import conflict_context
from ..rules.conflicts import Conflict, conflicts
from ..rules.free_places import free_slots
from ..rules.slots import Slot
from .refusals import NeedsReason, TouchRefused, refused_kind

T = TypeVar("T")


def check_touch(
    *, program: Program, account: Account, touch: Slot
) -> tuple[list[Conflict], list[Slot]]:
    """The conflicts of a touch, hard ones first, and the nearest free places if there are any
    conflicts."""
    seen = conflict_context(program, account, touch, policy_of(program))
    now = timezone.now()
    found = conflicts(touch, seen, now)
    if not found:
        return [], []
    return found, free_slots(touch, at_work(program, seen, touch.who), now)


def demand_way(
    *,
    program: Program,
    account: Account,
    touch: Slot,
    reason: str,
    also: Sequence[Conflict] = (),
) -> list[Conflict]:
    """The soft conflicts that `reason` overrides, `also` among them. Raises `TouchRefused` or
    `NeedsReason`."""
    found, free = check_touch(program=program, account=account, touch=touch)
    found = [*found, *also]
    if any(conflict.is_hard for conflict in found):
        raise TouchRefused(found, free)
    if found and not reason:
        raise NeedsReason(found, free)
    return found


def written(write: Callable[[], T], *, program: Program, account: Account, touch: Slot) -> T:
    """Return the result of `write`. If somebody was faster and the database refuses, the error
    names the conflicts that there are now."""
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as error:
        kind = refused_kind(error)
        if kind is None:
            raise
        found, free = check_touch(program=program, account=account, touch=touch)
        hard = [conflict for conflict in found if conflict.is_hard]
        raise TouchRefused(hard or [Conflict(kind)], free) from error
