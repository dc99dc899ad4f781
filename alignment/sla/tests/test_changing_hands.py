"""Leads that get an owner while they wait, are closed, or were sent back to nurture."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import JournalEvent, Lead
from alignment.sla.actions.handoffs import HandOffMoved, decide_owner
from alignment.sla.actions.intake import take_events
from alignment.sla.actions.work import (
    assign,
    bring_back,
    claim,
    disqualify,
    log_attempt,
    recycle,
)
from alignment.sla.models import Clock, HandOff, ReasonCode, Seat
from tests import cast as make
from tests.cast import Cast

from .handing import mql

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(cast: Cast) -> Lead:
    """An MQL that waits for an owner, because nobody in sales takes turns."""
    make.nobody_takes_turns(cast)
    found = mql(cast.program)
    take_events()
    assert waiting(found)
    return found


def fresh(lead: Lead) -> Lead:
    return Lead.objects.in_program(lead.program_id).get(pk=lead.pk)


def waiting(lead: Lead) -> list[HandOff]:
    rows = HandOff.objects.in_program(lead.program_id).filter(lead=lead, handed_at=None)
    return list(rows.order_by("pk"))


def handed_over(lead: Lead) -> int:
    events = JournalEvent.objects.in_program(lead.program_id)
    return events.filter(lead=lead, kind="handed_off").count()


def owed_by_sales(lead: Lead) -> set[str]:
    rows = Clock.objects.in_program(lead.program_id).filter(lead=lead, side="sales")
    return set(rows.filter(state="running").values_list("clause", flat=True))


def close(cast: Cast, lead: Lead) -> None:
    disqualify(lead=lead, by=cast.sales_manager, code="no-need")
    take_events()


def send_back(cast: Cast, lead: Lead) -> date:
    until = timezone.localdate() + timedelta(days=90)
    code = ReasonCode.objects.in_program(cast.program).filter(use="recycle")[0].code
    recycle(lead=lead, by=cast.sales_manager, code=code, until=until)
    take_events()
    return until


def rise_again(lead: Lead) -> None:
    make.engage(lead.stakeholder, "website_visit")
    take_events()


def is_assigned(cast: Cast, lead: Lead) -> None:
    assign(lead=lead, owner=cast.rep, by=cast.sales_manager)


def is_claimed(cast: Cast, lead: Lead) -> None:
    claim(lead=lead, by=cast.rep)


def test_a_closed_lead_may_change_hands_but_promises_nothing(cast: Cast, lead: Lead) -> None:
    close(cast, lead)
    owed = owed_by_sales(lead)
    is_assigned(cast, lead)
    take_events()
    assert fresh(lead).owner == cast.rep
    assert (handed_over(lead), owed_by_sales(lead)) == (0, owed)


@pytest.mark.parametrize("get_it", [is_assigned, is_claimed])
def test_a_lead_sent_back_may_change_hands_but_stays_in_nurture(
    cast: Cast, lead: Lead, get_it: Callable[[Cast, Lead], None]
) -> None:
    until = send_back(cast, lead)
    owed = owed_by_sales(lead)
    get_it(cast, lead)
    take_events()
    assert (fresh(lead).owner, fresh(lead).nurture_until) == (cast.rep, until)
    assert (handed_over(lead), owed_by_sales(lead)) == (0, owed)
    rise_again(lead)
    assert (handed_over(lead), waiting(lead)) == (1, [])
    assert "first-contact" in owed_by_sales(lead)


def test_whoever_got_the_lead_while_it_was_closed_has_it_handed_over_once_it_is_back(
    cast: Cast, lead: Lead
) -> None:
    close(cast, lead)
    is_assigned(cast, lead)
    bring_back(lead=lead, by=cast.sales_manager)
    take_events()
    assert (handed_over(lead), waiting(lead)) == (1, [])
    assert "first-contact" in owed_by_sales(lead)


def test_nobody_decides_on_a_lead_that_was_sent_back(cast: Cast, lead: Lead) -> None:
    (row,) = waiting(lead)
    until = send_back(cast, lead)
    with pytest.raises(HandOffMoved, match="This lead is already: Back to nurture"):
        decide_owner(handoff=row, owner=cast.rep, by=cast.marketing_manager)
    take_events()
    assert (fresh(lead).owner, fresh(lead).nurture_until) == (None, until)
    assert handed_over(lead) == 0


@pytest.mark.parametrize("leave", [close, send_back])
def test_the_pages_ask_for_no_decision_once_the_lead_has_left(
    cast: Cast, lead: Lead, leave: Callable[[Cast, Lead], object]
) -> None:
    (row,) = waiting(lead)
    client = cast.client("marketing_manager")
    path = f"/p/{cast.program.slug}/sla/handoffs/{row.pk}/"
    ask = "Who gets this lead?"
    decide = "Decide who gets it"
    page = f"/p/{cast.program.slug}/leads/{lead.pk}/"
    assert ask in client.get(path).text
    assert decide in client.get(page).text
    leave(cast, lead)
    assert ask not in client.get(path).text
    assert decide not in client.get(page).text
    listed = client.get(f"/p/{cast.program.slug}/sla/handoffs/").text
    assert "Brief" in listed
    assert "Decide" not in listed


@pytest.mark.parametrize("which", [0, 1])
def test_of_two_hand_offs_that_wait_one_decision_answers_both(
    cast: Cast, lead: Lead, which: int
) -> None:
    send_back(cast, lead)
    rise_again(lead)
    rows = waiting(lead)
    assert len(rows) == 2
    decide_owner(handoff=rows[which], owner=cast.rep, by=cast.marketing_manager)
    take_events()
    assert (handed_over(lead), waiting(lead)) == (1, [])


def test_a_lead_that_was_called_is_not_handed_over_again(cast: Cast, lead: Lead) -> None:
    """The decision left no older hand-off behind for the next owner to settle."""
    send_back(cast, lead)
    rise_again(lead)
    decide_owner(handoff=waiting(lead)[-1], owner=cast.rep, by=cast.marketing_manager)
    take_events()
    log_attempt(lead=lead, by=cast.rep, channel="call", outcome="reached", at=timezone.now())
    assign(lead=lead, owner=cast.sales_manager, by=cast.sales_manager)
    take_events()
    assert (handed_over(lead), "first-contact" in owed_by_sales(lead)) == (1, False)


def test_a_lead_that_rises_again_when_somebody_takes_turns_waits_no_more(
    cast: Cast, lead: Lead
) -> None:
    send_back(cast, lead)
    Seat.objects.in_program(cast.program).delete()
    rise_again(lead)
    assert (handed_over(lead), waiting(lead)) == (1, [])
