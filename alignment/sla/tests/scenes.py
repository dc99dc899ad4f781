"""Contracts and clocks for tests of working time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import JournalEvent, Lead
from alignment.agreements.actions.ruling import install
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import in_force
from alignment.people.models import Program, Team, User
from alignment.sla.defaults import DEFAULT_CONTRACT
from alignment.sla.models import Clock
from alignment.sla.queries.hours import calendars
from alignment.sla.rules.contract import parse_contract
from alignment.sla.rules.schedule import schedule
from tests import cast as play
from tests.cast import Cast
from tests.weeks import worked_monday

NINE_TO_FIVE = [[[540, 1020]]] * 5 + [[], []]
ALWAYS = [[[0, 1440]]] * 7


def contract(program: Program) -> Version:
    """The SLA contract in force; the shipped one if there is none."""
    return in_force(program, Kind.SLA) or install(
        program=program, kind=Kind.SLA, content=DEFAULT_CONTRACT, by=None
    )


def running_clock(
    cast: Cast,
    *,
    lead: Lead | None = None,
    key: str = "first-contact",
    started_at: datetime | None = None,
    owner: User | None = None,
    team: Team | None = None,
    **fields: Any,
) -> Clock:
    """A sales clock under the current calendars, as the intake would start it."""
    version = contract(cast.program)
    clause = parse_contract(version.content).clause(key)
    assert clause is not None
    lead = lead or play.lead(cast.program)
    started_at, team = started_at or timezone.now(), team or cast.sales
    working = calendars(cast.program.pk).of(
        clause.hours_of, team_id=team.pk, user_id=owner.pk if owner else None
    )
    planned = schedule(clause, started_at, working)
    event = JournalEvent.objects.create(
        program=cast.program, kind="handed_off", at=started_at, lead=lead
    )
    return Clock.objects.create(
        program=cast.program,
        version=version,
        clause=key,
        side=clause.owes,
        lead=lead,
        event=event,
        owner=owner,
        team=team,
        started_at=started_at,
        **{
            "due_at": planned.due_at,
            "due_sum": planned.due_sum,
            "look_at": planned.next_look(0),
            **fields,
        },
    )


def next_monday(weeks: int = 1) -> date:
    """A Monday of a week without holidays ahead."""
    return worked_monday(weeks, timezone.now().date())
