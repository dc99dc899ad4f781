"""The queue: what is due first stands first, and each lead says what made it an MQL."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import JournalEvent, JournalKind, Lead, Stage
from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.scoring.actions.accounts import judge_waiting
from alignment.sla.actions.work import claim
from alignment.sla.models import Clock
from tests import cast as make
from tests.cast import Cast

from .test_pages import address, mql, queries

MATCHING = {
    "employees_low": 300,
    "employees_high": 300,
    "revenue_low": 80_000_000,
    "revenue_high": 80_000_000,
    "state": "TX",
    "naics": "334",
}


def owed(lead: Lead, minutes: int, clause: str = "first-contact") -> None:
    """A running promise about the lead."""
    event = JournalEvent.objects.in_program(lead.program_id).filter(
        lead=lead, kind=JournalKind.BECAME_MQL
    )
    now, contract = timezone.now(), in_force(lead.program, Kind.SLA)
    assert contract
    Clock.objects.create(
        program_id=lead.program_id,
        version=contract,
        clause=clause,
        side="sales",
        lead=lead,
        event=event.get(),
        started_at=now,
        due_at=now + timedelta(minutes=minutes),
    )


def rose(lead: Lead, minutes_ago: int) -> None:
    then = timezone.now() - timedelta(minutes=minutes_ago)
    Lead.objects.in_program(lead.program_id).filter(pk=lead.pk).update(stage_since=then)


def shown(cast: Cast, query: str = "") -> Any:
    reply = cast.client("rep").get(address(cast, f"queue/{query}"))
    assert reply.status_code == 200
    return reply


def ids(reply: Any) -> list[int]:
    return [row.lead.pk for row in reply.context["page"].rows]


def some_of_each(cast: Cast) -> list[int]:
    """Five leads, in the order that the queue owes them."""
    old, soon, later, new, middle = (mql(cast.program) for _ in range(5))
    owed(later, 50)
    owed(soon, 90, "feedback")
    owed(soon, 10)
    for lead, ago in ((old, 300), (soon, 200), (later, 100), (middle, 60), (new, 5)):
        rose(lead, ago)
    return [soon.pk, later.pk, new.pk, middle.pk, old.pk]


def test_what_is_due_first_stands_first_then_the_newest(cast: Cast) -> None:
    wanted = some_of_each(cast)
    assert ids(shown(cast)) == wanted
    assert ids(shown(cast, "?sort=waiting")) == [wanted[i] for i in (4, 0, 1, 3, 2)]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_go_on_from_promises_to_the_rest_and_back(
    cast: Cast, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = some_of_each(cast)
    monkeypatch.setattr("alignment.workspace.leads.views.QUEUE_PAGE", size)
    pages, there = [], "?"
    while there:
        reply = shown(cast, there)
        pages.append(ids(reply))
        there = reply.context["older"]
    assert [lead for page in pages for lead in page] == wanted
    back = [pages[-1]]
    while there := reply.context["newer"]:
        reply = shown(cast, there)
        back.insert(0, ids(reply))
    assert [lead for page in back for lead in page] == wanted


def test_a_queue_with_promises_costs_the_same_for_one_row_and_three(cast: Cast) -> None:
    owed(mql(cast.program), 10)
    mql(cast.program)
    few = queries(cast, "rep", address(cast, "queue/"), HX_Request="true")
    owed(mql(cast.program), 20)
    mql(cast.program)
    assert queries(cast, "rep", address(cast, "queue/"), HX_Request="true") == few
    assert few <= 11


def matched(cast: Cast) -> Lead:
    """A lead that rose because its company matches now, long after an e-mail was opened."""
    company = make.account(cast.program, "Late Match")
    lead = make.lead(cast.program, make.stakeholder(cast.program, company))
    long_ago = timezone.now() - timedelta(days=100)
    for code in ("budget_confirmed", "decision_authority"):
        make.engage(lead.stakeholder, code, at=long_ago)
    make.engage(lead.stakeholder, "email_opened", at=long_ago + timedelta(days=1))
    make.account(cast.program, "Late Match", domain=company.domain, **MATCHING)
    judge_waiting(program_id=cast.program.pk)
    lead.refresh_from_db()
    assert lead.stage == Stage.MQL
    return lead


def test_why_now_names_what_made_it_an_mql(cast: Cast) -> None:
    matched(cast)
    page = shown(cast).content.decode()
    assert "Became an ICP match" in page
    assert "E-mail opened" in page


def test_a_tipping_signal_is_named_before_what_came_later(cast: Cast) -> None:
    lead = mql(cast.program)
    make.engage(lead.stakeholder, "email_opened", at=timezone.now() + timedelta(seconds=30))
    page = shown(cast).content.decode()
    assert page.index("Pricing page visited") < page.index("E-mail opened")


def test_a_claimed_lead_that_nobody_handed_over_has_a_brief(cast: Cast) -> None:
    lead = matched(cast)
    page = cast.client("rep").get(address(cast, f"leads/{lead.pk}/")).content.decode()
    assert "Next best action" not in page
    claim(lead=lead, by=cast.rep)
    page = cast.client("rep").get(address(cast, f"leads/{lead.pk}/")).content.decode()
    for said in ("Claimed, not handed over", "Next best action", "Became an ICP match"):
        assert said in page


def test_the_queue_says_what_to_do_with_a_lead_that_nobody_handed_over(cast: Cast) -> None:
    mql(cast.program)
    assert "Call today and ask what they compare us with" in shown(cast).content.decode()
