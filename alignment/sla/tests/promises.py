"""Contracts, events, clocks and moments for tests of promises."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection

from accounts.models import JournalEvent, Lead
from alignment.agreements.models import Kind, Version
from alignment.people.models import Program
from alignment.sla.actions.intake import take_events
from alignment.sla.models import Clock

_numbers = count(1_000)
LADDER = [
    {"step": 1, "to": "manager", "after_minutes": 0, "channels": ["app", "email"]},
    {"step": 2, "to": "owner", "after_minutes": 30, "channels": ["app", "email"]},
]


def clause(key: str = "contact", **parts: Any) -> dict[str, Any]:
    """A timed promise of sales, an hour by the clock from hand-off to contact."""
    return {
        "key": key,
        "owes": "sales",
        "kind": "timed",
        "starts": "handed_off",
        "ends": "contacted",
        "minutes": 60,
        "time": "elapsed",
        "warn_at": [50, 80],
        "ladder": LADDER,
    } | parts


def contract(program: Program, *clauses: dict[str, Any]) -> Version:
    """Put a contract with these clauses in force; the one before it retires."""
    now = database_now()
    versions = Version.objects.in_program(program).filter(kind=Kind.SLA)
    versions.filter(state="in_force").update(state="retired", retired_at=now)
    number = next(_numbers)
    return Version.objects.create(
        program=program,
        kind=Kind.SLA,
        number=number,
        state="in_force",
        in_force_at=now,
        digest=f"{number:064d}",
        content={"clauses": list(clauses)},
    )


def happened(lead: Lead, kind: str, *, cause: Any = None, **fields: Any) -> JournalEvent:
    """An event of the lead, written now unless `recorded_at` is given, and not processed yet."""
    fields.setdefault("at", fields.get("recorded_at") or database_now())
    event = JournalEvent.objects.create(
        program_id=lead.program_id,
        kind=kind,
        account_id=lead.account_id,
        stakeholder_id=lead.stakeholder_id,
        lead=lead,
        cause=cause or {},
        **fields,
    )
    event.refresh_from_db()
    return event


def follow(lead: Lead, kind: str, **fields: Any) -> JournalEvent:
    """Like `happened`, but processed."""
    event = happened(lead, kind, **fields)
    take_events()
    return event


def clocks(lead: Lead, key: str = "") -> list[Clock]:
    rows = Clock.objects.in_program(lead.program_id).filter(lead=lead).order_by("pk")
    return list(rows.filter(clause=key) if key else rows)


def clock(lead: Lead, key: str = "contact") -> Clock:
    (found,) = clocks(lead, key)
    return found


def due(clock: Clock, minutes_ago: float = 0.1, *, limit: float = 60) -> Clock:
    """Shift a clock so that it was due `minutes_ago`."""
    moment = database_now() - timedelta(minutes=minutes_ago)
    clock.started_at, clock.due_at, clock.look_at = (
        moment - timedelta(minutes=limit),
        moment,
        moment,
    )
    clock.save(update_fields=["started_at", "due_at", "look_at"])
    return clock


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        (now,) = cursor.fetchone()
        return now  # type: ignore[no-any-return]
