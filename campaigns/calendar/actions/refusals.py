"""Exceptions of planning: conflicts and stale touches."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError

from ..models import Touch
from ..rules.conflicts import Conflict, Kind
from ..rules.slots import Slot

# Constraints and triggers of the database, by the kind of conflict that they prevent.
_REFUSED_BY = {
    "no_double_prospecting": Kind.DOUBLE,
    "no_identical_touch": Kind.SAME,
    "do_not_contact_is_kept": Kind.DO_NOT_CONTACT,
}


class Collides(Exception):
    """A touch was not written; `conflicts` say why, hard ones first, `free` where it would fit."""

    def __init__(self, conflicts: Sequence[Conflict], free: Sequence[Slot]) -> None:
        super().__init__(", ".join(conflict.kind for conflict in conflicts))
        self.conflicts = tuple(conflicts)
        self.free = tuple(free)


class TouchRefused(Collides):
    """At least one conflict is hard: a reason does not help."""


class NotPlanned(Exception):
    """The touch is already done or skipped, so it can't be planned again."""


class TouchChanged(Exception):
    """Somebody changed the touch since it was read; `touch` is its current state."""

    def __init__(self, touch: Touch) -> None:
        super().__init__(f"touch {touch.pk} was changed")
        self.touch = touch


class NeedsReason(Collides):
    """All conflicts are soft: with a reason, shown to the other team, it would be written."""


def refused_kind(error: IntegrityError) -> Kind | None:
    """The hard conflict behind a database error; None if the error has another cause."""
    return _REFUSED_BY.get(_constraint_of(error))


def is_known_by_another(error: IntegrityError) -> bool:
    """Whether another touch has the source's id."""
    return _constraint_of(error) == "touch_once_per_source"


def _constraint_of(error: IntegrityError) -> str:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
