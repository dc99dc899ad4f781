"""Ended clocks for tests that count them."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import JournalEvent, Lead
from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.people.models import Program
from alignment.sla.models import Clock, Dispute

_numbers = count(1)


def ended(
    program: Program,
    lead: Lead,
    clause: str = "first-contact",
    *,
    took: int | None = None,
    limit: int = 60,
    state: str = "",
    at: datetime | None = None,
    **fields: Any,
) -> Clock:
    """A clock of the contract in force, started 90 minutes before `at` and met after `took` minutes
    (None: never); kept or broken according to the limit."""
    at = at or timezone.now()
    started = at - timedelta(minutes=90)
    met = started + timedelta(minutes=took) if took is not None else None
    due = started + timedelta(minutes=limit)
    kept = met is not None and met <= due
    event = JournalEvent.objects.create(program=program, lead=lead, kind="handed_off", at=started)
    version = in_force(program, Kind.SLA)
    assert version
    return Clock.objects.create(
        program=program,
        version=version,
        clause=clause,
        side="sales",
        lead=lead,
        event=event,
        state=state or ("kept" if kept else "broken"),
        started_at=started,
        due_at=due,
        met_at=met,
        ended_at=at if kept or state else due,
        **fields,
    )


def excuse(clock: Clock, granted: bool | None) -> Dispute:
    return Dispute.objects.create(
        program=clock.program,
        clock=clock,
        reason="The phones were down.",
        granted=granted,
        decided_at=None if granted is None else timezone.now(),
    )
