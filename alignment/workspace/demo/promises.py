"""Promises of the demo's last two months: kept, broken, answered for, disputed.

The clocks are run over the journal of that time, and the results are backdated. The newest breaches
wait for an answer.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import JournalEvent
from accounts.models.journal import FOLLOWED
from alignment.people.models import Program, User
from alignment.sla.actions.answers import decide, dispute
from alignment.sla.actions.intake import take_events
from alignment.sla.actions.sweep import sweep
from alignment.sla.models import Clock, Escalation

from . import words

DAYS = 60
# The newest breaches are not answered yet.
WAITING = 2
DISPUTES = 4

# Set the delay of noticing to under a second.
_NOTICED = """
UPDATE sla_clock SET lag_s = 0.1 + (id %% 9) / 10.0 WHERE program_id = %(program)s;
UPDATE sla_escalation e SET created_at = e.due_at + interval '1 second'
    WHERE e.program_id = %(program)s"""
_ANSWERED = """
UPDATE sla_escalation SET acknowledged_at = created_at + %(after)s, acknowledged_by_id = %(by)s,
    answer = %(answer)s WHERE id = %(id)s"""


def past(program: Program, people: dict[str, User], dice: random.Random) -> None:
    """Call it after every event has been given its own time."""
    since = timezone.now() - timedelta(days=DAYS)
    events = JournalEvent.objects.in_program(program).filter(kind__in=FOLLOWED)
    events.filter(recorded_at__gte=since).update(is_followed=False)
    take_events()
    sweep()
    with connection.cursor() as cursor:
        cursor.execute(_NOTICED, {"program": program.pk})
    _answer(program, people, dice)
    _dispute(program, people, dice)


def _answer(program: Program, people: dict[str, User], dice: random.Random) -> None:
    by = {"sales": people["sarah"], "marketing": people["hugo"]}
    rows = Escalation.objects.in_program(program).select_related("clock")
    waiting = set(rows.order_by("-due_at").values_list("clock_id", flat=True)[:WAITING])
    rows = rows.exclude(clock_id__in=waiting)
    with connection.cursor() as cursor:
        for row in rows.order_by("id"):
            answer: dict[str, Any] = {
                "after": timedelta(minutes=dice.randint(3, 25)),
                "by": by[row.clock.side].pk,
                "answer": dice.choice(words.ANSWERS),
                "id": row.pk,
            }
            cursor.execute(_ANSWERED, answer)
    broken = Clock.objects.in_program(program).filter(state=Clock.State.BROKEN)
    broken.exclude(pk__in=waiting).update(look_at=None)


def _dispute(program: Program, people: dict[str, User], dice: random.Random) -> None:
    """A few excuses: some granted, some refused, and one pending."""
    broken = Clock.objects.in_program(program).filter(
        state=Clock.State.BROKEN, side="sales", owner__isnull=False
    )
    for number, clock in enumerate(broken.order_by("-due_at")[WAITING : WAITING + DISPUTES]):
        assert clock.owner is not None
        asked = dispute(clock=clock, reason=dice.choice(words.EXCUSES), by=clock.owner)
        if number:
            granted = number % 2 == 1
            answer = words.GRANTED if granted else words.REFUSED
            decide(dispute=asked, granted=granted, answer=answer, by=people["hugo"])
