"""Why a touch does not fit at the requested time, and where it would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from campaigns.calendar.queries.conflict_context import zone_of
from campaigns.calendar.queries.conflict_words import describe

from .forms import WHEN_FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from django.http import QueryDict

    from accounts.models import Account
    from alignment.people.models import Program
    from campaigns.calendar.actions.refusals import Collides
    from campaigns.calendar.queries.conflict_words import DescribedConflict
    from campaigns.calendar.rules.slots import Slot


@dataclass(frozen=True, slots=True)
class Offer:
    """A free slot as a button: `value` is submitted, and it shows the time in both time zones."""

    value: str
    at: datetime
    theirs: datetime | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Conflicts as text, hard ones first, and the nearest free slots."""

    told: Sequence[DescribedConflict]
    free: Sequence[Slot]
    zone: ZoneInfo | None

    @property
    def is_hard(self) -> bool:
        return any(each.is_hard for each in self.told)

    @property
    def offers(self) -> list[Offer]:
        found = []
        for slot in self.free:
            at, until = timezone.localtime(slot.starts), timezone.localtime(slot.ends)
            value = "/".join(moment.strftime(WHEN_FORMATS[0]) for moment in (at, until))
            theirs = at.astimezone(self.zone) if self.zone else None
            differs = theirs is not None and theirs.utcoffset() != at.utcoffset()
            found.append(Offer(value, at, theirs if differs else None))
        return found


def refused_by(program: Program, account: Account, collides: Collides) -> Refused:
    return Refused(describe(program, collides.conflicts), collides.free, zone_of(account))


def chose_slot(sent: QueryDict) -> bool:
    """Whether the button of a free slot was pressed, which only fills the form."""
    return "/" in sent.get("slot", "")


def with_slot(sent: QueryDict) -> QueryDict:
    """The submitted data with the slot of the pressed button, if any."""
    starts, slash, ends = sent.get("slot", "").partition("/")
    if not slash:
        return sent
    moved = sent.copy()
    moved["starts_at"], moved["ends_at"] = starts, ends
    return moved
