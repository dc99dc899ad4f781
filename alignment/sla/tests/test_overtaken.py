"""Reps, managers and the intake handling the same hand-off concurrently."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from accounts.models import JournalEvent, Lead
from alignment.people.models import Program, User
from alignment.scoring.actions.leads import LeadMoved
from alignment.sla.actions import handoffs, intake, transaction_limits, work
from alignment.sla.actions.calendar_lock import lock_calendars
from alignment.sla.models import Clock, HandOff, ReasonCode
from tests import cast as make
from tests.cast import Cast
from tests.threads import attempt, beside, pausing, until_somebody_waits

from .handing import became_mql, handed, mql, promised, rep

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(cast: Cast) -> Lead:
    """An MQL that waits for an owner, because nobody in sales takes leads."""
    found = mql(cast.program)
    handed(found)
    nobody_has_it(cast.program)
    return found


def nobody_has_it(program: Program) -> None:
    Lead.objects.in_program(program).update(owner=None)
    HandOff.objects.in_program(program).update(owner=None, handed_at=None)


def reason(cast: Cast, use: str) -> str:
    return ReasonCode.objects.in_program(cast.program).filter(use=use)[0].code


def while_it_is_closed(
    cast: Cast, lead: Lead, by: User, other: Callable[[], object]
) -> list[BaseException]:
    """Returns what `other`, started before the lead was closed, raised; checks that no promise
    runs."""
    with transaction.atomic():
        work.disqualify(lead=lead, by=by, code=reason(cast, "disqualify"))
        rival = beside(other)
        until_somebody_waits()
    raised = rival.end()
    intake.take_events()
    clocks = Clock.objects.in_program(cast.program).filter(lead=lead, clause="first-contact")
    assert not clocks.filter(state="running").exists()
    return raised


def test_a_lead_that_is_being_closed_is_not_claimed(cast: Cast, lead: Lead) -> None:
    ann, bob = rep(cast.program, cast.sales, "Ann"), rep(cast.program, cast.sales, "Bob")
    raised = while_it_is_closed(cast, lead, ann, lambda: work.claim(lead=lead, by=bob))
    assert [type(error) for error in raised] == [LeadMoved]


def test_a_lead_that_is_being_closed_is_not_handed_over(cast: Cast, lead: Lead) -> None:
    ann = rep(cast.program, cast.sales, "Ann")
    row = HandOff.objects.in_program(cast.program).get(lead=lead)
    raised = while_it_is_closed(
        cast, lead, ann, lambda: handoffs.decide_owner(handoff=row, owner=ann, by=ann)
    )
    assert [type(error) for error in raised] == [handoffs.HandOffMoved]


def test_a_lead_sent_back_and_risen_again_is_handed_over_once(cast: Cast, lead: Lead) -> None:
    until = timezone.localdate() + timedelta(days=9)
    code = reason(cast, "recycle")
    work.recycle(lead=lead, by=cast.sales_manager, code=code, until=until)
    promised(lead, "pricing_page_view", a=1, b=2)
    handoffs.compose(program_id=cast.program.pk, event_ids=became_mql(cast.program))
    nobody_has_it(cast.program)
    JournalEvent.objects.in_program(cast.program).update(is_followed=True)
    work.claim(lead=lead, by=rep(cast.program, cast.sales, "Ann"))
    intake.take_events()
    clocks = Clock.objects.in_program(cast.program).filter(clause="first-contact")
    assert clocks.count() == 1
    assert HandOff.objects.in_program(cast.program).get().handed_at


def test_claiming_and_deciding_do_not_deadlock(
    cast: Cast, lead: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = HandOff.objects.in_program(cast.program).get(lead=lead)
    ann, bob = rep(cast.program, cast.sales, "Ann"), rep(cast.program, cast.sales, "Bob")
    with pausing(monkeypatch, handoffs, "_own", before=True) as reached:
        manager = beside(
            lambda: handoffs.decide_owner(handoff=row, owner=ann, by=cast.sales_manager)
        )
        reached.wait(10)
        wrong = attempt(lambda: work.claim(lead=lead, by=bob))
        raised = manager.end()
    assert raised == []
    assert [type(error) for error in wrong] == [LeadMoved]


def test_a_closed_gate_ends_the_call_of_the_intake(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not retry each of its events, waiting as long for each."""
    for _lead in range(2):
        mql(cast.program)
    monkeypatch.setattr(transaction_limits, "WAITS_MS", 300)
    with transaction.atomic():
        lock_calendars(cast.program.pk)
        raised = beside(intake.take_events).end()
    assert [type(error) for error in raised] == [OperationalError]


def test_a_contract_rules_by_the_clock_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = timezone.now() + timedelta(hours=2)
    with monkeypatch.context() as patched:
        patched.setattr("alignment.agreements.actions.ruling.timezone.now", lambda: ahead)
        cast = make.make_cast()
    mql(cast.program)
    intake.take_events()
    assert Clock.objects.in_program(cast.program).exists()
