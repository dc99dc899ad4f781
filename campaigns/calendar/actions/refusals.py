"""What planning a touch is answered with when it would collide."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError

from ..models import Touch
from ..rules.conflicts import Conflict, Kind
from ..rules.slots import Slot

# Constraints and triggers of the database, by the kind of conflict that they refuse.
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
    """At least one conflict is hard: no reason helps."""


class NotPlanned(Exception):
    """The touch is done or skipped: what happened is not planned anew."""


class TouchChanged(Exception):
    """Somebody changed the touch since it was read; `touch` is how it is now."""

    def __init__(self, touch: Touch) -> None:
        super().__init__(f"touch {touch.pk} was changed")
        self.touch = touch


class NeedsReason(Collides):
    """All conflicts are soft: with a reason, which the other team sees, it would be written."""


def refused_kind(error: IntegrityError) -> Kind | None:
    """The hard conflict that the database saw; None where it refused for another reason."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    return _REFUSED_BY.get(name or "")
