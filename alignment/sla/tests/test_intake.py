"""How journal events start, end, lapse and move clocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.stakeholders import set_do_not_contact
from accounts.models import JournalEvent, Lead
from alignment.core.models import AuditEntry
from alignment.people.models import Role, User
from alignment.scoring.actions.leads import record_validation_call
from alignment.sla.actions import intake
from alignment.sla.actions.intake import take_events
from alignment.sla.actions.sweep import sweep
from alignment.sla.models import Clock, Escalation, HandOff, SlaSettings
from tests import cast as make
from tests.cast import Cast

from .promises import clause, clock, clocks, contract, database_now, due, follow, happened

MINUTE = timedelta(minutes=1)


@pytest.fixture
def lead(cast: Cast) -> Lead:
    """Ravi's lead, under a contract with one promise."""
    contract(cast.program, clause())
    found = make.lead(cast.program, owner=cast.rep)
    take_events()
    return found


def test_a_clock_starts_when_the_event_was_written(cast: Cast, lead: Lead) -> None:
    event = follow(lead, "handed_off", at=database_now() - timedelta(hours=5))
    found = clock(lead)
    assert found.started_at == event.recorded_at
    assert found.due_at == found.started_at + timedelta(hours=1)
    assert found.look_at == found.started_at + timedelta(minutes=30)
    assert (found.owner, found.team, found.side) == (cast.rep, cast.sales, "sales")
    assert found.due_sum[-1]["due"].startswith(f"{found.due_at:%Y-%m-%dT%H:%M}")
    assert 0 <= found.lag_s < 5
    event.refresh_from_db()
    assert event.is_followed


def test_taking_the_same_events_again_starts_nothing_new(lead: Lead) -> None:
    event = follow(lead, "handed_off")
    JournalEvent.objects.in_program(lead.program_id).filter(pk=event.pk).update(is_followed=False)
    take_events()
    assert len(clocks(lead)) == 1


def test_a_clock_keeps_the_version_it_started_under(cast: Cast, lead: Lead) -> None:
    before = happened(lead, "handed_off")
    newer = contract(cast.program, clause(minutes=10), clause("more", minutes=20))
    take_events()
    assert clock(lead).due_at == before.recorded_at + timedelta(hours=1)  # type: ignore[operator]
    follow(lead, "handed_off")
    assert [c.version == newer for c in clocks(lead)] == [False, True, True]
    follow(lead, "contacted")
    assert {c.state for c in clocks(lead)} == {"kept"}


def test_kept_in_time(lead: Lead) -> None:
    follow(lead, "handed_off")
    call = follow(lead, "contacted")
    found = clock(lead)
    assert (found.state, found.met_at, found.ended_at) == ("kept", call.at, call.at)
    assert found.look_at is None


def test_a_validation_call_is_a_contact(cast: Cast, lead: Lead) -> None:
    """A validation call counts without a separate attempt."""
    begun = follow(lead, "handed_off")
    assert begun.recorded_at
    call: dict[str, Any] = {"lead": lead, "by": cast.rep, "outcome": "not_now", "note": ""}
    record_validation_call(called_at=begun.recorded_at - timedelta(hours=3), **call)
    take_events()
    assert clock(lead).state == "running"
    record_validation_call(called_at=database_now(), **call)
    take_events()
    assert clock(lead).state == "kept"


def test_start_and_end_in_one_batch(lead: Lead) -> None:
    happened(lead, "handed_off")
    happened(lead, "contacted")
    take_events()
    assert clock(lead).state == "kept"


def test_the_end_is_found_even_when_it_was_carried_on_before_the_start(lead: Lead) -> None:
    start = happened(lead, "handed_off")
    JournalEvent.objects.in_program(lead.program_id).filter(pk=start.pk).update(is_followed=True)
    follow(lead, "contacted")
    assert clocks(lead) == []
    JournalEvent.objects.in_program(lead.program_id).filter(pk=start.pk).update(is_followed=False)
    take_events()
    assert clock(lead).state == "kept"


def test_what_came_before_the_start_ends_nothing(lead: Lead) -> None:
    happened(lead, "contacted")
    follow(lead, "handed_off")
    assert clock(lead).state == "running"


def test_done_late_stays_broken_and_shows_when(lead: Lead) -> None:
    follow(lead, "handed_off")
    due(clock(lead))
    call = follow(lead, "contacted")
    found = clock(lead)
    assert (found.state, found.met_at, found.ended_at) == ("broken", call.at, found.due_at)
    sweep()
    assert Escalation.objects.in_program(lead.program_id).get().level == 1
    assert clock(lead).met_at == call.at


@pytest.mark.parametrize("swept", [False, True])
def test_a_call_told_late_repairs_no_breach(lead: Lead, swept: bool) -> None:
    follow(lead, "handed_off")
    found = due(clock(lead), 10)
    if swept:
        sweep()
    called_at = found.due_at - 20 * MINUTE
    follow(lead, "contacted", at=called_at)
    found.refresh_from_db()
    assert (found.state, found.met_at) == ("broken", called_at)


def test_a_deed_written_in_time_is_never_a_breach(lead: Lead) -> None:
    """The sweep came before the commit, or before the intake, because the machine was slow."""
    follow(lead, "handed_off")
    found = due(clock(lead), 10)
    sweep()
    assert clock(lead).state == "broken"
    follow(lead, "contacted", recorded_at=found.due_at - MINUTE)
    found.refresh_from_db()
    assert (found.state, found.look_at) == ("kept", None)
    escalation = Escalation.objects.in_program(lead.program_id).get()
    assert escalation.acknowledged_at
    assert escalation.acknowledged_by is None
    audit = AuditEntry.objects.filter(program_id=lead.program_id, action="clock.corrected")
    assert audit.count() == 1


def test_a_contact_from_before_the_hand_off_keeps_nothing(lead: Lead) -> None:
    follow(lead, "handed_off")
    yesterday = database_now() - timedelta(days=1)
    old = follow(lead, "contacted", detail={"at": yesterday.isoformat()})
    assert clock(lead).state == "running"
    assert JournalEvent.objects.in_program(lead.program_id).filter(pk=old.pk).exists()
    call = follow(lead, "contacted")
    assert (clock(lead).state, clock(lead).met_at) == ("kept", call.at)


@pytest.mark.parametrize("stage", ["disqualified", "lost", "won", "recycled"])
def test_a_closed_lead_owes_nothing_but_feedback(cast: Cast, lead: Lead, stage: str) -> None:
    contract(cast.program, clause(), clause("feedback", ends="feedback_given"))
    follow(lead, "handed_off")
    end = follow(lead, "stage_changed", detail={"from": "mql", "to": stage})
    found = clock(lead)
    assert (found.state, found.ended_at, found.met_at) == ("lapsed", end.recorded_at, None)
    assert clock(lead, "feedback").state == "running"
    follow(lead, "feedback_given")
    assert clock(lead, "feedback").state == "kept"


def test_what_was_due_before_the_lead_closed_is_broken(lead: Lead) -> None:
    follow(lead, "handed_off")
    due(clock(lead))
    follow(lead, "stage_changed", detail={"to": "disqualified"})
    assert clock(lead).state == "broken"
    sweep()
    assert Escalation.objects.in_program(lead.program_id).count() == 1


@pytest.mark.parametrize("is_complete", [True, False])
def test_a_condition_is_judged_at_once(cast: Cast, lead: Lead, is_complete: bool) -> None:
    brief = {"kind": "condition", "condition": "brief_complete", "owes": "marketing"}
    contract(cast.program, clause("brief", **brief))
    start = happened(lead, "became_mql", cause={"hands_over": False})
    HandOff.objects.create(
        program=cast.program,
        lead=lead,
        event=start,
        route="rotation",
        is_complete=is_complete,
        became_mql_at=start.at,
    )
    follow(lead, "handed_off")
    found = clock(lead, "brief")
    assert found.state == ("kept" if is_complete else "broken")
    assert bool(found.met_at) == is_complete
    assert (found.owner, found.team) == (None, cast.marketing)
    sweep()
    told = Escalation.objects.in_program(cast.program).filter(clock=found, level=1)
    assert told.exists() != is_complete


def test_a_coded_reason(cast: Cast, lead: Lead) -> None:
    contract(
        cast.program,
        clause("reason", kind="condition", condition="coded_reason", starts="disqualified"),
    )
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(reason_code="no-budget")
    follow(lead, "stage_changed", detail={"to": "disqualified", "code": "no-budget"})
    assert clock(lead, "reason").state == "kept"


def crm() -> dict[str, Any]:
    return clause("crm", starts="status_changed", ends="crm_updated", minutes=5)


def test_without_another_crm_the_change_is_the_update(cast: Cast, lead: Lead) -> None:
    contract(cast.program, crm())
    follow(lead, "contacted")
    assert clock(lead, "crm").state == "kept"


def test_another_crm_confirms_and_closing_the_lead_does_not_excuse(cast: Cast, lead: Lead) -> None:
    contract(cast.program, crm())
    SlaSettings.objects.create(program=cast.program, outside_crm=True)
    follow(lead, "contacted")
    follow(lead, "stage_changed", detail={"to": "disqualified"})
    assert [c.state for c in clocks(lead)] == ["running", "running"]
    follow(lead, "crm_updated")
    assert [c.state for c in clocks(lead)] == ["kept", "kept"]


def test_rules_that_moved_start_nothing(cast: Cast, lead: Lead) -> None:
    contract(cast.program, clause("hand-off", owes="marketing", starts="became_mql"))
    follow(lead, "became_mql", cause={"hands_over": False})
    assert clocks(lead) == []
    assert not HandOff.objects.in_program(cast.program).exists()


def test_running_clocks_go_with_the_lead_and_keep_their_history(cast: Cast, lead: Lead) -> None:
    follow(lead, "handed_off")
    follow(lead, "handed_off")
    first, second = clocks(lead)
    due(first)
    sweep()
    west = make.team(cast.program, cast.sales.side, "West")  # type: ignore[arg-type]
    other = make.user(name="Wanda West")
    make.member(cast.program, other, Role.MEMBER, west)
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(owner=other)
    follow(lead, "owner_changed")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.owner, first.state) == (cast.rep, "broken")
    assert (second.owner, second.team) == (other, west)
    assert first.escalations.count() == 1


def test_time_of_business_is_the_teams(cast: Cast, lead: Lead) -> None:
    contract(cast.program, clause(time="business", hours_of="team"))
    # A Saturday; the team works Monday to Friday from 9 in New York.
    saturday = database_now().replace(year=2026, month=6, day=6, hour=16)
    JournalEvent.objects.in_program(cast.program).update(is_followed=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE agreements_version SET in_force_at = '2026-01-01' WHERE state = 'in_force'"
        )
    follow(lead, "handed_off", recorded_at=saturday)
    assert clock(lead).due_at.isoformat() == "2026-06-08T14:00:00+00:00"


def test_an_event_that_fails_holds_up_no_other(
    cast: Cast, lead: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make.lead(cast.program)
    bad = happened(lead, "became_mql")
    good = happened(other, "handed_off")

    def breaks(*, program_id: int, event_ids: list[int]) -> None:
        raise ValueError("poison")

    with monkeypatch.context() as patch:
        patch.setattr(intake, "compose", breaks)
        take_events()
    for event, followed in ((bad, False), (good, True)):
        event.refresh_from_db()
        assert event.is_followed is followed
    assert len(clocks(other)) == 1
    monkeypatch.setattr(intake, "compose", lambda **_given: None)
    take_events()
    bad.refresh_from_db()
    assert bad.is_followed


def test_statements_do_not_grow_with_the_batch(cast: Cast, lead: Lead) -> None:
    def statements(leads: list[Lead]) -> int:
        for each in leads:
            happened(each, "handed_off")
            happened(each, "contacted")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            take_events()
        assert all(clock(each).state == "kept" for each in leads)
        Clock.objects.in_program(cast.program).delete()
        return len(seen)

    statements([lead])  # the process parses a contract once
    few = statements([lead])
    assert statements([make.lead(cast.program) for _ in range(5)]) == few < 40


def test_more_than_a_batch(cast: Cast, lead: Lead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "BATCH", 3)
    for _ in range(8):
        happened(lead, "handed_off")
    assert take_events() == 8
    assert len(clocks(lead)) == 8


def forbid(lead: Lead, by: User) -> None:
    set_do_not_contact(
        stakeholder=lead.stakeholder, do_not_contact=True, reason="Asked us to stop", by=by
    )


def test_a_promise_of_a_contact_ends_where_nobody_may_contact(cast: Cast) -> None:
    word = clause("feedback", starts="handed_off", ends="feedback_given", minutes=60)
    contract(cast.program, clause(), word)
    lead = make.lead(cast.program, owner=cast.rep)
    follow(lead, "handed_off")
    forbid(lead, cast.rep)
    take_events()
    assert clock(lead).state == Clock.State.LAPSED
    assert clock(lead, "feedback").state == Clock.State.RUNNING
    told = JournalEvent.objects.in_program(cast.program).get(lead=lead, kind="contact_forbidden")
    assert (told.actor, told.detail["reason"]) == (cast.rep, "Asked us to stop")
    forbid(lead, cast.rep)
    assert lead.journal.filter(kind="contact_forbidden").count() == 1


def test_no_promise_of_a_contact_begins_where_nobody_may_contact(cast: Cast) -> None:
    word = clause("feedback", starts="handed_off", ends="feedback_given", minutes=60)
    contract(cast.program, clause(), word)
    lead = make.lead(cast.program, owner=cast.rep)
    forbid(lead, cast.rep)
    follow(lead, "handed_off")
    assert [found.clause for found in clocks(lead)] == ["feedback"]


def test_a_breach_stays_one_whoever_is_forbidden_later(cast: Cast, lead: Lead) -> None:
    follow(lead, "handed_off")
    due(clock(lead))
    sweep()
    forbid(lead, cast.rep)
    take_events()
    assert clock(lead).state == Clock.State.BROKEN


def test_a_lead_that_comes_back_goes_on_with_what_was_promised(cast: Cast, lead: Lead) -> None:
    """A mistaken disqualification ends no promise and gives no extra time."""
    follow(lead, "handed_off")
    before = clock(lead)
    follow(lead, "stage_changed", detail={"from": "mql", "to": "disqualified"})
    assert clock(lead).state == Clock.State.LAPSED
    follow(lead, "stage_changed", detail={"from": "disqualified", "to": "mql"})
    assert (clock(lead).state, clock(lead).due_at) == (Clock.State.RUNNING, before.due_at)
    sweep()
    assert clock(lead).state == Clock.State.RUNNING
    follow(lead, "contacted")
    assert clock(lead).state == Clock.State.KEPT


def test_what_was_due_while_the_lead_was_away_is_no_breach(cast: Cast, lead: Lead) -> None:
    follow(lead, "handed_off")
    follow(lead, "stage_changed", detail={"from": "mql", "to": "disqualified"})
    found = clock(lead)
    Clock.objects.in_program(cast.program).filter(pk=found.pk).update(due_at=found.ended_at)
    follow(lead, "stage_changed", detail={"from": "disqualified", "to": "mql"})
    assert clock(lead).state == Clock.State.LAPSED
