"""What waits on the first page of the day: breaches, excuses, sessions, requests and touches."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alignment.people.models import Side
from alignment.sla.actions.answers import acknowledge, dispute
from alignment.sla.actions.sweep import sweep
from alignment.sla.models import Clock, Escalation
from alignment.sla.tests.promises import clause, clock, contract, due, follow
from campaigns.calendar.actions.planning import plan_touch
from campaigns.calendar.models import Touch
from campaigns.insights.actions.support import ask, take
from campaigns.insights.models import SupportRequest
from campaigns.opportunities.actions.writing import open_opportunity
from campaigns.opportunities.models import Opportunity
from campaigns.selection.actions.confirming import confirm
from campaigns.selection.queries.targets import hash_now
from campaigns.selection.tests import scenes
from tests import cast as make
from tests.cast import Cast

from .pages import queries, text

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true"}
MARKETING = ("marketing_manager", "marketer")
SALES = ("sales_manager", "rep")
MANAGERS = ("marketing_manager", "sales_manager")


def turns(cast: Cast, who: str) -> str:
    return text(cast, who, "?part=turns", **PART)


def touches(cast: Cast, who: str) -> str:
    return text(cast, who, "?part=touches", **PART)


def broken(cast: Cast) -> Clock:
    lead = make.lead(cast.program, owner=cast.rep)
    follow(lead, "handed_off")
    due(clock(lead))
    sweep()
    return clock(lead)


def request(cast: Cast) -> SupportRequest:
    account = make.account(cast.program, "Acme")
    soon = timezone.now() + timedelta(days=2)
    return ask(account=account, what="Case study in insurance", due_at=soon, by=cast.rep)


def touch(cast: Cast, **moved: Any) -> Touch:
    """A touch of the rep tomorrow; `moved` are columns to change."""
    at = timezone.now() + timedelta(days=1)
    account = make.account(cast.program, "Acme")
    planned = plan_touch(
        program=cast.program,
        account=account,
        people=[make.stakeholder(cast.program, account).pk],
        channel="content",
        starts_at=at,
        ends_at=at + timedelta(hours=1),
        message="Plant tour",
        by=cast.rep,
        who=cast.rep,
    )
    Touch.objects.in_program(cast.program).filter(pk=planned.pk).update(**moved)
    return planned


@pytest.mark.parametrize("who", make.ROLES)
def test_where_nothing_waits_nothing_is_said(cast: Cast, who: str) -> None:
    page = text(cast, who)
    assert "Waiting for you" not in page
    assert "Your next touches" not in page


def test_a_breach_waits_for_who_answers_for_the_side(cast: Cast) -> None:
    contract(cast.program, clause())
    late = broken(cast)
    for who in make.ROLES:
        waits = "1 broken promise waits for your answer" in turns(cast, who)
        assert waits == (who in ("sales_manager", "owner")), who
    broken(cast)
    assert "2 broken promises wait for your answer" in turns(cast, "sales_manager")
    escalation = Escalation.objects.in_program(cast.program).get(clock=late)
    acknowledge(escalation=escalation, answer="We call today.", by=cast.sales_manager)
    assert "1 broken promise waits for your answer" in turns(cast, "sales_manager")


def test_an_excuse_waits_for_the_manager_of_the_other_side(cast: Cast) -> None:
    contract(cast.program, clause())
    dispute(clock=broken(cast), reason="The number was wrong.", by=cast.rep)
    for who in make.ROLES:
        waits = "1 excuse waits for your decision" in turns(cast, who)
        assert waits == (who == "marketing_manager"), who


def test_a_session_waits_for_votes_then_for_the_word_then_for_the_confirmation(cast: Cast) -> None:
    (account,) = scenes.companies(cast, 1)
    scenes.by_hand(cast)
    session = scenes.opened(cast, [account])
    for who in make.ROLES:
        waits = "Session 1: 1 vote of your side is missing" in turns(cast, who)
        assert waits == (who in MARKETING + SALES), who
    scenes.say(cast, scenes.candidate(session, account), "yes", "yes")
    for who in make.ROLES:
        waits = "Session 1: your side has voted on everything" in turns(cast, who)
        assert waits == (who in MANAGERS), who
    scenes.reveal(cast, session)
    for who in make.ROLES:
        waits = "Session 1: the list waits for the confirmation of your side" in turns(cast, who)
        assert waits == (who in MANAGERS), who
    scenes.put(cast, session, account)
    seen = hash_now(cast.program.pk)
    confirm(session=session, side=Side.SALES, seen=seen, by=cast.sales_manager)
    assert "Session 1" not in turns(cast, "sales_manager")
    assert "Session 1" in turns(cast, "marketing_manager")


def test_requests_wait_for_who_may_take_them(cast: Cast) -> None:
    row = request(cast)
    for who in make.ROLES:
        waits = "1 request of sales" in turns(cast, who)
        assert waits == (who in (*MARKETING, "owner")), who
    SupportRequest.objects.in_program(cast.program).update(due_at=timezone.now())
    assert "1 overdue" in turns(cast, "marketer")
    take(support=row, by=cast.marketing_manager)
    assert "1 request of sales" not in turns(cast, "marketer")
    assert "1 request of sales" in turns(cast, "owner")


def test_deals_at_risk_wait_for_their_owner(cast: Cast) -> None:
    deal = open_opportunity(
        account=make.account(cast.program, "Acme"), by=cast.rep, name="Rollout", owner=cast.rep
    )
    for who in make.ROLES:
        assert ("1 of your deals is at risk" in turns(cast, who)) == (who == "rep"), who
    assert "Rollout · Acme" in turns(cast, "rep")
    listed = text(cast, "rep", f"opportunities/?view=list&risk=yes&owner={cast.rep.pk}")
    assert "Rollout" in listed
    Opportunity.objects.in_program(cast.program).filter(pk=deal.pk).update(owner=None)
    assert "at risk" not in turns(cast, "rep")


def test_touches_of_ones_own_come_late_first(cast: Cast) -> None:
    ago = timezone.now() - timedelta(days=1)
    touch(cast, message="Tomorrow")
    touch(cast, message="Yesterday", starts_at=ago, ends_at=ago + timedelta(hours=1))
    touch(cast, message="Long past", starts_at=ago - timedelta(days=20), ends_at=ago)
    far = timezone.now() + timedelta(days=20)
    touch(cast, message="Far away", starts_at=far, ends_at=far + timedelta(hours=1))
    touch(cast, message="Hers", who=cast.sales_manager)
    touch(cast, message="Finished", state=Touch.State.DONE, done_at=timezone.now())
    part = touches(cast, "rep")
    assert part.index("Yesterday") < part.index("Tomorrow")
    assert part.count("Overdue") == 1
    for other in ("Long past", "Far away", "Hers", "Finished"):
        assert other not in part
    assert "Hers" in touches(cast, "sales_manager")
    assert "Your next touches" in text(cast, "rep")


def test_what_waits_costs_the_same_for_one_and_three(cast: Cast) -> None:
    contract(cast.program, clause())

    def more() -> None:
        touch(cast)
        dispute(clock=broken(cast), reason="The number was wrong.", by=cast.rep)
        request(cast)
        account = make.account(cast.program)
        open_opportunity(account=account, by=cast.rep, name="Rollout", owner=cast.rep)

    scenes.opened(cast, scenes.companies(cast, 1))
    more()
    first = {who: queries(cast, who) for who in ("rep", "marketing_manager", "owner")}
    more()
    more()
    assert {who: queries(cast, who) for who in first} == first
