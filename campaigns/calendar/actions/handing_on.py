"""Giving the planned touches of somebody who leaves to a colleague."""

from __future__ import annotations

from functools import partial

from django.core.exceptions import ValidationError

from alignment.people.models import User

from ..models import Touch
from .changing import change_touch
from .refusals import NeedsReason, NotPlanned, TouchRefused


def hand_on(*, touch: Touch, heir: User | None, by: User) -> bool:
    """Whether `heir` does it from now on; None: nobody yet.

    It stays as it is where it would collide with what the heir does, or reaches somebody of whom no
    more is to be heard; conflicts that it went ahead against before keep their reason. Nobody gets
    a notice for each. Callers with several touches lock their calendars first.
    """
    give = partial(change_touch, touch=touch, by=by, who=heir, tells=False)
    try:
        try:
            give()
        except NeedsReason as asked:
            if not {conflict.kind.value for conflict in asked.conflicts} <= set(touch.overridden):
                return False
            give(reason=touch.override_reason)
    except (TouchRefused, NotPlanned, ValidationError):
        return False
    return True
