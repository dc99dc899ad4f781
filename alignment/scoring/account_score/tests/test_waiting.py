"""A score follows each kind of input, and costs ingest nothing."""

from dataclasses import asdict, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.actions.scores import queue_for_score
from accounts.field.actions.people import remove_relationship, set_relationship
from accounts.intent.actions.reports import SurgeIn, report_surges
from accounts.intent.actions.standing import today_utc
from accounts.intent.queries.finding import Company
from accounts.models import Account, AccountToScore
from alignment.agreements.actions import drafts
from alignment.agreements.actions.drafts import save_draft
from alignment.agreements.models import Kind
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.scoring import tasks
from alignment.scoring.account_score.actions import follow_engagements, joined, score_waiting
from alignment.scoring.account_score.rules import DEFAULT_WEIGHTS, PARTS
from alignment.scoring.actions.leads import disqualify
from alignment.scoring.models import AccountScore, EngagementMark, LeadScore
from alignment.scoring.queries import ruling
from tests import cast as play
from tests.cast import Cast
from tests.signing import bring_in_force

pytestmark = pytest.mark.django_db

FITS: dict[str, Any] = {
    "employees_low": 300,
    "employees_high": 300,
    "revenue_low": 50_000_000,
    "revenue_high": 50_000_000,
    "naics": "513210",
    "state": "CA",
}


def swept(account: Account) -> AccountScore:
    """The account's score after a sweep."""
    tasks.score_left_over()
    assert not AccountToScore.objects.in_program(account.program_id).exists()
    return AccountScore.objects.in_program(account.program_id).get(pk=account.pk)


def test_a_new_account_has_a_score_of_its_verdict(cast: Cast) -> None:
    account = play.account(cast.program, **FITS)
    row = swept(account)
    assert row.fit == 40 * account.verdict.grade // 100 > 0
    assert row.score == row.fit


def test_a_changed_fact_changes_the_fit(cast: Cast) -> None:
    account = play.account(cast.program, **FITS)
    before = swept(account)
    play.account(cast.program, domain=account.domain, employees_low=5, employees_high=5)
    assert swept(account).fit < before.fit


def test_engagements_are_found_without_being_queued(cast: Cast) -> None:
    lead = play.lead(cast.program)
    assert lead.account
    assert swept(lead.account).engagement == 0
    play.engage(lead.stakeholder, "pricing_page_view")
    # Ingest queued nothing.
    assert not AccountToScore.objects.in_program(cast.program).exists()
    total = LeadScore.objects.in_program(cast.program).get(lead=lead).total
    assert swept(lead.account).engagement == 30 * total // 100 > 0


def test_ingest_writes_no_row_of_the_account_score(cast: Cast) -> None:
    lead = play.lead(cast.program)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        play.engage(lead.stakeholder, "pricing_page_view")
    text = " ".join(query["sql"] for query in asked)
    assert "accountscore" not in text
    assert "accounttoscore" not in text


def test_a_closed_lead_counts_no_more(cast: Cast) -> None:
    lead = play.lead(cast.program)
    assert lead.account
    play.engage(lead.stakeholder, "pricing_page_view")
    assert swept(lead.account).engagement > 0
    disqualify(lead=lead, by=cast.rep, reason="Closed down", code="no_budget")
    assert swept(lead.account).engagement == 0


def test_a_relationship_counts_and_is_forgotten(cast: Cast) -> None:
    person = play.stakeholder(cast.program, play.account(cast.program))
    assert person.account
    told: dict[str, Any] = {"since": None, "note": "", "by": cast.rep}
    row = set_relationship(stakeholder=person, user=cast.rep, strength=4, **told)
    assert swept(person.account).relationships == 10
    remove_relationship(relationship=row, by=cast.rep)
    assert swept(person.account).relationships == 0


def test_a_surge_counts(cast: Cast) -> None:
    account = play.account(cast.program)
    surge = SurgeIn(Company(account_id=account.pk), "bombora", "Cloud", today_utc(), 80)
    report_surges(program=cast.program, rows=[surge], by=cast.marketer)
    assert swept(account).intent == 16


def run_jobs(cast: Cast) -> None:
    for job in Job.objects.in_program(cast.program).filter(state="queued"):
        runner.run(job.pk)


def test_time_that_takes_points_from_a_person_takes_them_from_the_account(cast: Cast) -> None:
    lead = play.lead(cast.program)
    assert lead.account
    swept(lead.account)
    yesterday = play.engage(lead.stakeholder, "pricing_page_view").received_at - timedelta(days=1)
    rows = LeadScore.objects.in_program(cast.program).filter(lead=lead)
    # While a model is new, its job scores everybody.
    run_jobs(cast)
    AccountToScore.objects.in_program(cast.program).delete()
    rows.update(stale_at=yesterday, engagement=0, total=0)
    tasks.refresh_stale()
    assert AccountToScore.objects.in_program(cast.program).filter(account=lead.account).exists()


def test_a_new_model_scores_all_by_its_weights(cast: Cast) -> None:
    account = play.account(cast.program, **FITS)
    assert swept(account).fit > 0
    weights = replace(DEFAULT_WEIGHTS, fit=0, engagement=70)
    version = drafts.start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    content = {**version.content, "account": asdict(weights)}
    save_draft(version=version, content=content, note="", by=cast.owner)
    version.refresh_from_db()
    bring_in_force(version)
    assert ruling(cast.program).compiled.model.account == weights
    assert swept(account).fit == 0
    run_jobs(cast)
    # After the last chunk of leads all accounts are queued again.
    assert AccountToScore.objects.in_program(cast.program).filter(account=None).exists()


def test_a_whole_program_is_scored_piece_by_piece(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = [play.account(cast.program, **FITS) for _ in range(5)]
    swept(accounts[0])
    AccountScore.objects.in_program(cast.program).delete()
    monkeypatch.setattr("alignment.scoring.account_score.actions.SPAN", 2)
    AccountToScore.objects.create(program=cast.program)
    steps = 0
    while score_waiting(program_id=cast.program.pk):
        steps += 1
    assert steps == 3
    found = AccountScore.objects.in_program(cast.program).filter(pk__in=[a.pk for a in accounts])
    assert found.count() == 5
    assert all(row.score == sum(getattr(row, part) for part in PARTS) for row in found)


def test_what_was_imported_together_waits_as_one_row(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = [play.account(cast.program, **FITS) for _ in range(6)]
    swept(accounts[0])
    ids = [account.pk for account in accounts]
    waiting = AccountToScore.objects.in_program(cast.program)
    monkeypatch.setattr("accounts.actions.scores.FEWEST_IN_SPAN", 3)
    queue_for_score(program_id=cast.program.pk, account_ids=ids[:2])
    assert set(waiting.values_list("account_id", flat=True)) == set(ids[:2])
    waiting.delete()
    # Ids far apart stay separate rows.
    queue_for_score(program_id=cast.program.pk, account_ids=[ids[0], ids[1], ids[1] + 100])
    assert waiting.count() == 3
    waiting.delete()
    queue_for_score(program_id=cast.program.pk, account_ids=[ids[4], ids[1], ids[2]])
    assert [(row.account_id, row.after, row.until) for row in waiting] == [(None, ids[0], ids[4])]
    AccountScore.objects.in_program(cast.program).delete()
    monkeypatch.setattr("alignment.scoring.account_score.actions.SPAN", 3)
    while score_waiting(program_id=cast.program.pk):
        pass
    scored = AccountScore.objects.in_program(cast.program).order_by("pk")
    assert list(scored.values_list("pk", flat=True)) == ids[1:5]


spans_of_ids = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 10)).map(lambda s: (s[0], s[0] + s[1])), max_size=8
)


@given(spans_of_ids)
def test_joined_spans_hold_the_same_ids_each_once(spans: list[tuple[int, int]]) -> None:
    found = joined(spans)
    ids = [pk for after, until in found for pk in range(after + 1, until + 1)]
    assert ids == sorted({pk for after, until in spans for pk in range(after + 1, until + 1)})
    # No span adjoins the next.
    assert all(first[1] < second[0] for first, second in pairwise(found))


@pytest.mark.django_db(transaction=True)
def test_the_mark_moves_up_once_older_transactions_have_ended(cast: Cast) -> None:
    lead = play.lead(cast.program)
    first = play.engage(lead.stakeholder, "pricing_page_view")
    follow_engagements()
    second = play.engage(lead.stakeholder, "pricing_page_view")
    mark = EngagementMark.objects.get()
    # Seen, but the mark has not passed it: an older transaction might still commit a lower id.
    assert (mark.read < first.pk, mark.ahead) == (True, first.pk)
    follow_engagements()
    mark.refresh_from_db()
    assert (mark.read, mark.ahead) == (first.pk, second.pk)
    follow_engagements()
    mark.refresh_from_db()
    assert (mark.read, mark.ahead) == (second.pk, second.pk)
