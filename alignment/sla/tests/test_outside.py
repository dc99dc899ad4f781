"""The payload of each event for outside systems is exactly what the catalogue documents."""

from typing import Any

from accounts.models import Lead
from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.actions.signing import propose
from alignment.agreements.models import Kind
from alignment.notifications.models import Delivery, Endpoint
from alignment.notifications.rules import EVENTS
from alignment.people.models import Membership
from alignment.sla.actions.answers import dispute
from alignment.sla.actions.handoffs import compose
from alignment.sla.actions.sweep import sweep
from alignment.sla.actions.work import give_feedback
from alignment.sla.tests.promises import LADDER, clause, clock, contract, due, follow, happened
from tests import cast as make
from tests.cast import Cast


def mql(cast: Cast) -> Lead:
    lead = make.lead(cast.program)
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(stage="mql")
    event = happened(lead, "became_mql")
    compose(program_id=cast.program.pk, event_ids=[event.pk])
    return lead


def announced(cast: Cast) -> dict[str, dict[str, Any]]:
    rows = Delivery.objects.in_program(cast.program).filter(channel="webhook")
    return {row.event: row.payload["data"] for row in rows}


def test_every_event_has_the_shape_of_the_catalogue(cast: Cast) -> None:
    ladder = [{**LADDER[0], "channels": ["app", "webhook"]}]
    contract(cast.program, clause(ladder=ladder))
    Endpoint.objects.create(
        program=cast.program,
        kind="webhook",
        name="CRM",
        url="https://hooks.example.com/",
        secret="whsec_c2VjcmV0",
        events=list(EVENTS),
    )
    lead = mql(cast)
    give_feedback(lead=lead, by=cast.rep, fits=True)
    other = make.lead(cast.program, owner=cast.rep)
    follow(other, "handed_off")
    soon = due(clock(other), -5)
    soon.look_at = soon.started_at
    soon.save()
    sweep()
    due(clock(other))
    sweep()
    dispute(clock=clock(other), reason="Storm", by=cast.rep)
    draft = start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    propose(version=draft, by=cast.owner)
    Membership.objects.in_program(cast.program).filter(team__side="sales").delete()
    mql(cast)
    told = announced(cast)
    assert {event: told[event].keys() for event in told} == {
        event.name: event.example.keys() for event in EVENTS.values()
    }
    assert told["handed_off"]["lead"].keys() == EVENTS["handed_off"].example["lead"].keys()
    assert told["handed_off"]["lead"]["url"].startswith("http")
