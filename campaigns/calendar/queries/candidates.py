"""Touches that may be the one that happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from alignment.people.models import Program

from ..models import LONGEST_DAYS, Occurrence, Touch, TouchPerson
from ..rules.matching import ANSWERS_WITHIN, CLOCKS_DIFFER, NEAR, Candidate

# Nobody plans more touches of one channel for one person within the window.
MOST = 100
_EARLIER = ANSWERS_WITHIN + NEAR + timedelta(days=LONGEST_DAYS)
_LATER = NEAR + CLOCKS_DIFFER


def touched_at(program: Program, people: Iterable[int]) -> set[int]:
    """The accounts of these people's touches: people may have left one since."""
    rows = TouchPerson.objects.in_program(program).filter(stakeholder__in=people)
    return set(rows.values_list("touch__account", flat=True).distinct())


def candidates(
    program: Program, *, person: int | None, account: int, channel: str, at: datetime
) -> list[Candidate]:
    """Planned and done touches near `at` of the person, or of the account if no person is named:
    one statement. The rules decide which of them it was."""
    rows = Touch.objects.in_program(program).exclude(state=Touch.State.SKIPPED)
    rows = rows.filter(channel=channel, starts_at__range=(at - _EARLIER, at + _LATER))
    if person is None:
        rows = rows.filter(account=account)
    else:
        reached = TouchPerson.objects.in_program(program).filter(stakeholder=person)
        rows = rows.filter(pk__in=reached.values("touch_id"))
    acts = Occurrence.objects.in_program(program).filter(touch=OuterRef("pk"), is_answer=False)
    found = rows.annotate(is_proven=Exists(acts)).values_list(
        "pk", "starts_at", "ends_at", "done_at", "who_id", "is_proven"
    )
    return [Candidate(*row) for row in found.order_by("-starts_at")[:MOST]]
