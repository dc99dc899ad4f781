"""Leads brought back or taken back from nurture, and what they reached while they were away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Account, JournalEvent, Lead
from alignment.scoring.actions.accounts import judge_accounts
from alignment.scoring.actions.leads import (
    LeadMoved,
    disqualify,
    record_validation_call,
    recycle,
)
from alignment.scoring.actions.returns import bring_back, take_back

from .conftest import Bench
from .test_meanwhile import TOO_SMALL, grow

pytestmark = pytest.mark.django_db


def close(bench: Bench, lead: Lead) -> None:
    disqualify(lead=lead, by=bench.owner, reason="Too small", code="too-small")


def rises(bench: Bench, lead: Lead) -> list[tuple[str, str]]:
    """What was announced, and why."""
    events = JournalEvent.objects.in_program(bench.program).filter(lead=lead)
    found = events.filter(kind__startswith="became").order_by("pk")
    return [(kind, cause["why"]) for kind, cause in found.values_list("kind", "cause")]


def test_a_lead_whose_company_grew_while_it_was_closed_is_an_mql_once_it_is_back(
    bench: Bench,
) -> None:
    account = bench.account(**TOO_SMALL)
    lead = bench.lead(account)
    bench.send(lead, "pricing_page_view", "case_study_download")
    close(bench, lead)
    grow(bench, account)
    assert (bench.score(lead).total, bench.stage(lead)) == (45, "disqualified")
    assert bring_back(lead=lead, by=bench.owner).stage == "mql"
    assert rises(bench, lead) == [("became_engaged", "engagement"), ("became_mql", "brought_back")]


def test_what_was_announced_before_is_not_announced_again(bench: Bench) -> None:
    lead = bench.lead(bench.account())
    bench.send(lead, "pricing_page_view", "case_study_download")
    close(bench, lead)
    assert bring_back(lead=lead, by=bench.owner).stage == "mql"
    bench.send(lead, "website_visit")
    assert [kind for kind, _why in rises(bench, lead)] == ["became_mql"]
    assert bench.score(lead).level == 2


def test_a_validated_mql_whose_company_grew_is_an_sql_once_it_is_back(bench: Bench) -> None:
    account = bench.account(**TOO_SMALL)
    lead = bench.lead(account)
    behaviours = ("pricing_page_view", "case_study_download", "webinar_attended")
    bench.send(lead, *behaviours, "budget_confirmed")
    record_validation_call(
        lead=lead, by=bench.owner, called_at=timezone.now(), outcome="validated", note=""
    )
    assert (bench.stage(lead), bench.score(lead).total) == ("mql", 50)
    close(bench, lead)
    grow(bench, account)
    assert bring_back(lead=lead, by=bench.owner).stage == "sql"


def test_a_lead_in_nurture_is_still_held_and_knows_why_and_until_when(bench: Bench) -> None:
    account = bench.account(**TOO_SMALL)
    lead = bench.lead(account)
    bench.send(lead, "pricing_page_view", "case_study_download")
    until = timezone.localdate() + timedelta(days=90)
    recycle(lead=lead, by=bench.owner, reason="Not now", code="not-now", until=until)
    close(bench, lead)
    grow(bench, account)
    back = bring_back(lead=lead, by=bench.owner)
    assert (back.stage, back.reason_code, back.nurture_until) == ("recycled", "not-now", until)
    assert [kind for kind, _why in rises(bench, lead)] == ["became_engaged"]
    bench.send(lead, "website_visit")
    assert bench.stage(lead) == "mql"


def test_a_lead_that_shrank_comes_back_to_its_stage(bench: Bench) -> None:
    account = bench.account()
    lead = bench.lead(account)
    bench.send(lead, "pricing_page_view", "case_study_download")
    close(bench, lead)
    rows = Account.objects.in_program(bench.program).filter(pk=account.pk)
    rows.update(**TOO_SMALL)
    judge_accounts(program_id=bench.program.pk, account_ids=[account.pk])
    assert bring_back(lead=lead, by=bench.owner).stage == "mql"
    assert bench.score(lead).level == 2


def send_away(bench: Bench, lead: Lead, code: str = "not-now") -> None:
    until = timezone.localdate() + timedelta(days=90)
    recycle(lead=lead, by=bench.owner, reason="Not now", code=code, until=until)


def call(bench: Bench, lead: Lead, outcome: str) -> None:
    record_validation_call(
        lead=lead, by=bench.owner, called_at=timezone.now(), outcome=outcome, note=""
    )


def test_a_lead_taken_back_is_as_if_it_had_never_been_sent_to_nurture(bench: Bench) -> None:
    lead = bench.lead(bench.account())
    bench.send(lead, "pricing_page_view", "case_study_download")
    call(bench, lead, "validated")
    send_away(bench, lead)
    assert (bench.score(lead).held, bench.score(lead).validated) == (1, 0)
    back = take_back(lead=lead, by=bench.owner)
    assert (back.stage, back.reason_code, back.nurture_until) == ("mql", "", None)
    score = bench.score(lead)
    assert (score.held, score.level, score.validated) == (0, 2, 1)
    assert [kind for kind, _why in rises(bench, lead)] == ["became_mql"]
    bench.send(lead, "webinar_attended", "budget_confirmed")
    assert bench.stage(lead) == "sql"


def test_a_lead_that_grew_in_nurture_rises_once_it_is_taken_back(bench: Bench) -> None:
    account = bench.account(**TOO_SMALL)
    lead = bench.lead(account)
    bench.send(lead, "pricing_page_view", "case_study_download")
    send_away(bench, lead)
    grow(bench, account)
    assert bench.stage(lead) == "recycled"
    assert take_back(lead=lead, by=bench.owner).stage == "mql"
    assert rises(bench, lead)[-1] == ("became_mql", "brought_back")


def test_only_a_lead_in_nurture_is_taken_back_and_only_once(bench: Bench) -> None:
    lead = bench.lead(bench.account())
    with pytest.raises(LeadMoved, match="This lead is already: New"):
        take_back(lead=lead, by=bench.owner)
    send_away(bench, lead)
    take_back(lead=lead, by=bench.owner)
    with pytest.raises(LeadMoved, match="This lead is already: New"):
        take_back(lead=lead, by=bench.owner)


def test_what_an_earlier_return_to_nurture_left_comes_back(bench: Bench) -> None:
    """The reason of the one that stands; a call before it validates nothing any more."""
    lead = bench.lead(bench.account())
    call(bench, lead, "validated")
    send_away(bench, lead, "budget-next-year")
    bench.send(lead, "pricing_page_view", "case_study_download")
    assert bench.stage(lead) == "mql"
    for _ in range(2):
        send_away(bench, lead)
        back = take_back(lead=lead, by=bench.owner)
        assert (back.stage, back.reason_code) == ("mql", "budget-next-year")
    assert bench.score(lead).validated == 0


def test_nurture_is_undone_after_the_disqualification_that_followed_it(bench: Bench) -> None:
    lead = bench.lead(bench.account())
    bench.send(lead, "pricing_page_view", "case_study_download")
    send_away(bench, lead)
    for _ in range(2):
        close(bench, lead)
        assert bring_back(lead=lead, by=bench.owner).reason_code == "not-now"
    back = take_back(lead=lead, by=bench.owner)
    assert (back.stage, back.reason_code) == ("mql", "")
