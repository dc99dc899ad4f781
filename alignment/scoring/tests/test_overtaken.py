"""Versions, reps, judges and engagements that work on the same leads at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.actions.stakeholders import update_stakeholder
from accounts.models import JournalEvent, Lead, Stakeholder
from alignment.agreements.actions import drafts
from alignment.agreements.models import Kind
from alignment.icp.models import Verdict
from alignment.people.models import User
from alignment.scoring import tasks
from alignment.scoring.account_score import actions as account_scores
from alignment.scoring.account_score.models import AccountScore
from alignment.scoring.actions import leads as lead_actions
from alignment.scoring.actions import returns
from alignment.scoring.actions.leads import (
    open_leads,
    record_validation_call,
    recycle,
    resume,
)
from alignment.scoring.ingest import ingest
from alignment.scoring.models import LeadScore
from tests.signing import bring_in_force
from tests.threads import attempt, beside, pausing, until_somebody_waits

from .conftest import Bench, make_bench
from .test_meanwhile import TOO_SMALL, grow, judge_all

pytestmark = pytest.mark.django_db(transaction=True)

BUDGET: dict[str, Any] = {
    "criteria": [{"key": "b", "kind": "budget_confirmed", "confirmed": True, "weight": "must"}]
}


@pytest.fixture
def bench() -> Bench:
    return make_bench("overtaken")


def in_force(bench: Bench, kind: Kind, content: dict[str, Any], **terms: Any) -> None:
    draft = drafts.start_draft(program=bench.program, kind=kind, by=bench.owner)
    draft = drafts.save_draft(
        version=draft, content=draft.content | content, note="", by=bench.owner
    )
    bring_in_force(draft, **terms)


def model_of(bench: Bench, points: int, rule: dict[str, Any] | None = None, **terms: Any) -> None:
    """A model that gives this many points for a website visit and none for anything else."""
    visit = {"key": "v", "signal": "website_visit", "dimension": "engagement", "points": points}
    in_force(bench, Kind.SCORING, {"rules": [visit | (rule or {})]}, **terms)


def handed_over(bench: Bench, lead: Lead) -> bool:
    """Whether somebody was alerted when the lead became MQL."""
    event = JournalEvent.objects.in_program(bench.program).get(lead=lead, kind="became_mql")
    return bool(event.cause.get("hands_over", True))


@pytest.mark.parametrize(("first", "second"), [(False, True), (True, False)])
def test_the_version_that_makes_leads_rise_says_whether_they_are_handed_over(
    bench: Bench, first: bool, second: bool
) -> None:
    lead = bench.lead()
    bench.send(lead, "website_visit")
    model_of(bench, 1, hands_over=first)
    # Signed before the first version's job has run.
    model_of(bench, 60, hands_over=second)
    bench.run_jobs()
    assert handed_over(bench, lead) is second


@pytest.mark.parametrize(("first", "second"), [(False, True), (True, False)])
def test_the_profile_that_makes_leads_rise_says_whether_they_are_handed_over(
    bench: Bench, first: bool, second: bool
) -> None:
    lead = bench.lead(bench.account(**TOO_SMALL))
    bench.send(lead, "pricing_page_view", "case_study_download")
    states = {"criteria": [{"key": "s", "kind": "geography", "weight": "must", "states": ["CA"]}]}
    in_force(bench, Kind.ICP, BUDGET, hands_over=first)
    in_force(bench, Kind.ICP, states, hands_over=second)
    bench.run_jobs()
    assert handed_over(bench, lead) is second


def test_time_hands_nobody_over_because_of_a_quiet_model(bench: Bench) -> None:
    lead = bench.lead()
    bench.send(lead, "website_visit")
    LeadScore.objects.in_program(bench.program).update(stale_at=timezone.now())
    model_of(bench, 60, hands_over=False)
    tasks.refresh_stale()
    bench.run_jobs()
    assert not handed_over(bench, lead)


def test_scores_follow_the_clock_of_the_database(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise an application whose clock is ahead would refresh the same rows again and again."""
    model_of(bench, 50, {"decay": "linear", "decay_days": 30})
    bench.run_jobs()
    bench.send(bench.lead(), "website_visit")
    ahead = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: ahead)
    some, rounds = tasks._refresh_some, []

    def counted(program_id: int) -> bool:
        rounds.append(program_id)
        return len(rounds) < 5 and some(program_id)

    monkeypatch.setattr(tasks, "_refresh_some", counted)
    tasks.refresh_stale()
    assert rounds == []


def sends_back(lead: Lead, by: User) -> None:
    recycle(lead=lead, by=by, reason="x")


def calls(lead: Lead, by: User) -> None:
    record_validation_call(lead=lead, by=by, called_at=timezone.now(), outcome="validated", note="")


@pytest.mark.parametrize(("point", "work"), [("_move", sends_back), ("lead_locked", calls)])
def test_a_rep_and_an_engagement_of_the_same_lead_do_not_deadlock(
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
    work: Callable[[Lead, User], None],
) -> None:
    lead = bench.lead(bench.account())
    # Makes the lead engaged, so that later events cross no threshold.
    bench.send(lead, "website_visit")
    with pausing(monkeypatch, lead_actions, point, before=False) as reached:
        rep = beside(lambda: work(lead, bench.owner))
        reached.wait(10)
        wrong = attempt(lambda: bench.send(lead, "website_visit"))
        assert rep.end() + wrong == []


def test_of_two_who_take_a_lead_back_from_nurture_one_does(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = bench.lead(bench.account())
    sends_back(lead, bench.owner)
    with pausing(monkeypatch, returns, "record_step", before=True) as reached:
        first = beside(lambda: returns.take_back(lead=lead, by=bench.owner))
        reached.wait(10)
        (refused,) = attempt(lambda: returns.take_back(lead=lead, by=bench.owner))
        assert first.end() == []
    assert str(refused) == "This lead is already: New."
    undone = lead.journal.filter(detail__has_key="undoes")
    assert (undone.count(), bench.stage(lead)) == (1, "new")


def test_who_is_taken_back_and_engages_at_once_rises_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = bench.lead(bench.account())
    sends_back(lead, bench.owner)
    with pausing(monkeypatch, returns, "record_step", before=True) as reached:
        undo = beside(lambda: returns.take_back(lead=lead, by=bench.owner))
        reached.wait(10)
        wrong = attempt(lambda: bench.send(lead, "pricing_page_view", "case_study_download"))
        assert undo.end() + wrong == []
    assert bench.stage(lead) == "mql"
    assert lead.journal.filter(kind="became_mql").count() == 1


def test_judging_and_ingest_lock_scores_in_one_order(bench: Bench) -> None:
    account = bench.account(**TOO_SMALL)
    leads = [bench.lead(account), bench.lead(account)]
    # The update moves its row behind the other's.
    bench.send(leads[0], "website_visit")
    with transaction.atomic():
        scores = LeadScore.objects.in_program(bench.program)
        scores.select_for_update(no_key=True).get(lead=leads[0])
        events = [bench.event(lead, "website_visit") for lead in leads]
        ingesting = beside(lambda: ingest(program=bench.program, events=events))
        until_somebody_waits(1)
        judging = beside(lambda: grow(bench, account))
        until_somebody_waits(2)
    assert ingesting.end() + judging.end() == []


def test_a_budget_word_of_somebody_who_moves_counts_at_the_new_company(bench: Bench) -> None:
    in_force(bench, Kind.ICP, BUDGET)
    bench.run_jobs()
    old, new = bench.account(), bench.account()
    lead = bench.lead(old)
    person = Stakeholder.objects.in_program(bench.program).get(pk=lead.stakeholder_id)

    def move() -> None:
        update_stakeholder(stakeholder=person, facts={"account_id": new.pk}, by=bench.owner)
        judge_all(bench)

    with transaction.atomic():
        bench.send(lead, "budget_confirmed")
        moving = beside(move)
        until_somebody_waits(patience=2)
    assert moving.end() == []
    judge_all(bench)
    assert Verdict.objects.in_program(bench.program).get(account=new).answer == "yes"


def test_a_deal_opens_again_while_its_person_gets_a_new_lead(bench: Bench) -> None:
    lead = bench.lead()
    won = {"stage": "won", "closed_at": timezone.now()}
    Lead.objects.in_program(bench.program).filter(pk=lead.pk).update(**won)
    person = [lead.stakeholder_id]
    with transaction.atomic():
        open_leads(program=bench.program, stakeholder_ids=person, by=None, source="w")
        reopening = beside(lambda: resume(lead=lead, by=bench.owner))
        until_somebody_waits()
    assert reopening.end() == []
    assert bench.stage(lead) == "won"


def test_scores_of_accounts_pass_no_engagement(bench: Bench) -> None:
    """An id is drawn and its transaction waits for one with its key, while later ids commit."""
    account = bench.account()
    lead, elsewhere = bench.lead(account), bench.lead(bench.account())
    for _turn in range(2):
        tasks.score_left_over()
    same = bench.event(lead, "pricing_page_view", external_id="same")
    opened, give_up, stored, commit = (threading.Event() for _ in range(4))

    def fails() -> None:
        with transaction.atomic():
            ingest(program=bench.program, events=[same])
            opened.set()
            give_up.wait(20)
            transaction.set_rollback(True)

    def sends_again() -> None:
        with transaction.atomic():
            ingest(program=bench.program, events=[same])
            stored.set()
            commit.wait(20)

    first = beside(fails)
    opened.wait(20)
    second = beside(sends_again)
    until_somebody_waits()
    bench.send(elsewhere, "website_visit")
    account_scores.follow_engagements()
    give_up.set()
    assert first.end() == []
    stored.wait(20)
    account_scores.follow_engagements()
    commit.set()
    assert second.end() == []
    for _turn in range(4):
        tasks.score_left_over()
    row = AccountScore.objects.in_program(bench.program).get(account=account)
    assert row.engagement == 30 * bench.score(lead).total // 100
