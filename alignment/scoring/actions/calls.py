"""A validation call with the facts that were heard in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from accounts.models import Lead, Signal, ValidationCall
from alignment.people.models import User

from ..ingest import EngagementIn, ingest
from .leads import record_validation_call

SOURCE = "validation_call"


@transaction.atomic
def record_call(
    *,
    lead: Lead,
    by: User,
    called_at: datetime,
    outcome: str,
    note: str = "",
    facts: Sequence[str] = (),
) -> ValidationCall:
    """Record the call, and each fact heard in it as the engagement that it is (ADR 0009).

    The facts come first: ingest locks events before score rows, and the call then finds the points
    that make an SQL. Raises LeadMoved, which undoes them too.
    """
    codes = Signal.objects.in_program(lead.program_id)
    heard = codes.filter(kind=Signal.Kind.FACT, code__in=facts).order_by("pk")
    events = [
        EngagementIn(lead.stakeholder_id, signal.pk, called_at, SOURCE, str(uuid4()))
        for signal in heard
    ]
    ingest(program=lead.program, events=events)
    return record_validation_call(lead=lead, by=by, called_at=called_at, outcome=outcome, note=note)
