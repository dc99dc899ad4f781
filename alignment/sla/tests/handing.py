"""MQLs to hand over, created through the real ingest."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.models import JournalEvent, JournalKind, Lead, Stage
from alignment.people.models import Membership, Program, Role, Team, User
from alignment.scoring.ingest import EngagementIn, ingest
from alignment.sla.actions.handoffs import compose
from alignment.sla.models import HandOff
from tests import cast as make

PROMISE = "Cut IT costs by 40 %"


def mql(program: Program, *, account: Any = None, **person: Any) -> Lead:
    """A lead made MQL by its engagements; the last one came with a promise."""
    company = account or make.account(program)
    lead = make.lead(program, make.stakeholder(program, company, **person))
    for code in ("budget_confirmed", "decision_authority"):
        make.engage(lead.stakeholder, code)
    promised(lead, "pricing_page_view", title="Prices", campaign="Autumn", promise=PROMISE)
    lead.refresh_from_db()
    assert lead.stage == Stage.MQL
    return lead


def promised(lead: Lead, code: str, **properties: Any) -> None:
    event = EngagementIn(
        lead.stakeholder_id,
        make.signal(lead.program, code).pk,
        timezone.now(),
        "website",
        f"{code}-{lead.pk}-{len(properties)}",
        True,
        properties,
    )
    ingest(program=lead.program, events=[event])


def became_mql(program: Program) -> list[int]:
    events = JournalEvent.objects.in_program(program).filter(kind=JournalKind.BECAME_MQL)
    return list(events.order_by("id").values_list("id", flat=True))


def handed(lead: Lead) -> HandOff:
    """Compose and return the hand-off of a lead."""
    compose(program_id=lead.program_id, event_ids=became_mql(lead.program))
    return HandOff.objects.in_program(lead.program_id).select_related("owner").get(lead=lead)


def rep(program: Program, team: Team, name: str, **seat: Any) -> User:
    person = make.user(f"{name.lower()}@reps.example", name=name)
    Membership.objects.create(program=program, user=person, role=Role.MEMBER, team=team, **seat)
    return person
