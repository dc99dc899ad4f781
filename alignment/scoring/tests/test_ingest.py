"""Engagements in, scores out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Engagement, JournalEvent, Lead, Stage, Stakeholder
from alignment.agreements.actions import drafts
from alignment.agreements.actions.drafts import save_draft
from alignment.agreements.models import Kind
from alignment.core import prepared
from alignment.jobs import actions as jobs
from alignment.jobs.models import Job
from alignment.scoring.actions.leads import disqualify, record_validation_call, recycle
from alignment.scoring.actions.promotion import _PROMOTE
from alignment.scoring.explain import explain
from alignment.scoring.ingest import EngagementIn, ingest
from alignment.scoring.models import LeadScore
from tests.signing import bring_in_force

from .conftest import Bench


def stored_rows(bench: Bench) -> list[dict[str, Any]]:
    return [
        dict(row) for row in LeadScore.objects.in_program(bench.program).order_by("lead").values()
    ]


def test_a_lead_is_born_with_a_score_of_zero(bench: Bench) -> None:
    lead = bench.lead()
    assert (bench.score(lead).total, bench.stage(lead)) == (0, "new")


def test_matching_account_and_engagement_make_an_mql(bench: Bench) -> None:
    lead = bench.lead(bench.account())
    assert bench.score(lead).total == 20
    bench.send(lead, "pricing_page_view")
    assert (bench.score(lead).total, bench.stage(lead)) == (35, "engaged")
    bench.send(lead, "case_study_download")
    assert (bench.score(lead).total, bench.stage(lead)) == (45, "mql")
    event = JournalEvent.objects.in_program(bench.program).get(kind="became_mql")
    cause = Engagement.objects.in_program(bench.program).get(pk=event.cause["engagement"])
    assert cause.signal.code == "case_study_download"
    assert event.detail == {"from": "engaged", "to": "mql", "score": 45}


def test_same_source_and_id_count_once_whatever_their_time(bench: Bench) -> None:
    lead = bench.lead()
    first, again = (
        bench.send(lead, "webinar_attended", external_id="x", days_ago=d) for d in (0, 9)
    )
    assert (first[0].outcome, again[0].outcome) == ("created", "duplicate")
    twice = [bench.event(lead, "email_opened", external_id="y") for _ in range(2)]
    results = ingest(program=bench.program, events=twice)
    assert [r.outcome for r in results] == ["created", "duplicate"]
    assert first[0].engagement_id == again[0].engagement_id
    assert results[0].engagement_id == results[1].engagement_id
    score = bench.score(lead)
    assert (score.total, Engagement.objects.in_program(bench.program).count()) == (10, 2)


@pytest.mark.parametrize(
    "text", ["", " ", "NULL", "{}", 'a"b', "a\\b", "a\\", "a,b", "{a,b}", "a\nb\tc", "é 🙂", "\\N"]
)
def test_any_text_comes_back_as_it_was_sent(bench: Bench, text: str) -> None:
    event = bench.event(bench.lead(), "website_visit", external_id=f"{text}!")
    event = replace(event, source=text, properties={text: [text, None, 1.5, {"deep": True}]})
    (result,) = ingest(program=bench.program, events=[event])
    assert result.outcome == "created"
    kept = Engagement.objects.in_program(bench.program).get()
    assert (kept.source, kept.external_id, kept.occurred_at) == (
        text,
        f"{text}!",
        event.occurred_at,
    )
    assert kept.properties == event.properties


def test_three_opened_mails_give_the_points_two_do_not(bench: Bench) -> None:
    lead = bench.lead()
    bench.send(lead, "email_opened", "email_opened")
    assert bench.score(lead).total == 0
    bench.send(lead, "email_opened")
    assert bench.score(lead).total == 5


def test_latest_word_on_a_fact_counts_even_if_it_arrives_first(bench: Bench) -> None:
    lead = bench.lead()
    bench.send(lead, "budget_confirmed", value=False, days_ago=1)
    bench.send(lead, "budget_confirmed", value=True, days_ago=5)
    assert bench.score(lead).total == 0
    bench.send(lead, "budget_confirmed", value=True)
    assert bench.score(lead).total == 15


def test_sql_needs_the_points_and_a_validation_call(bench: Bench) -> None:
    lead = bench.lead(bench.account())
    bench.send(lead, "pricing_page_view", "case_study_download", "budget_confirmed")
    assert (bench.score(lead).total, bench.stage(lead)) == (60, "mql")
    call: dict[str, Any] = {
        "lead": lead,
        "by": bench.owner,
        "called_at": timezone.now(),
        "note": "",
    }
    record_validation_call(outcome="not_now", **call)
    assert bench.stage(lead) == "mql"
    record_validation_call(outcome="validated", **call)
    assert bench.stage(lead) == "sql"


def test_falling_below_the_threshold_demotes_nobody(bench: Bench) -> None:
    lead = bench.lead(bench.account())
    bench.send(lead, "pricing_page_view", "budget_confirmed")
    assert bench.stage(lead) == "mql"
    bench.send(lead, "budget_confirmed", value=False)
    assert (bench.score(lead).total, bench.stage(lead)) == (35, "mql")


def test_recycled_lead_rises_again_only_after_a_new_engagement(bench: Bench) -> None:
    lead = bench.lead(bench.account())
    bench.send(lead, "pricing_page_view", "case_study_download")
    recycle(lead=lead, by=bench.owner, reason="Not this year")
    jobs.start(program=bench.program, kind=Job.Kind.RESCORE, by=bench.owner)
    bench.run_jobs()
    assert bench.stage(lead) == "recycled"
    bench.send(lead, "website_visit")
    assert bench.stage(lead) == "mql"


def test_engagement_after_the_end_opens_a_new_lead(bench: Bench) -> None:
    lead = bench.lead()
    disqualify(lead=lead, by=bench.owner, reason="Student", code="student-vendor")
    bench.send(lead, "pricing_page_view")
    leads = Lead.objects.in_program(bench.program).order_by("id")
    assert [x.stage for x in leads] == ["disqualified", "engaged"]
    assert bench.score(lead).total == 0


def test_verdict_that_flips_moves_the_score(bench: Bench) -> None:
    account = bench.account(employees_low=10, employees_high=10)
    lead = bench.lead(account)
    assert bench.score(lead).total == 0
    account.employees_low = account.employees_high = 500
    account.save()
    from alignment.scoring.actions.accounts import judge_accounts

    judge_accounts(program_id=bench.program.pk, account_ids=[account.pk])
    assert bench.score(lead).total == 20


def put_model(bench: Bench, **changes: Any) -> None:
    draft = drafts.start_draft(program=bench.program, kind=Kind.SCORING, by=bench.owner)
    content = draft.content | changes
    draft = save_draft(version=draft, content=content, note="", by=bench.owner)
    bring_in_force(draft)
    bench.run_jobs()


def test_new_model_rescores_everyone_and_keeps_explanations_true(bench: Bench) -> None:
    leads = [bench.lead(bench.account()) for _ in range(3)]
    bench.send(leads[0], "pricing_page_view")
    rule = {"key": "visits", "signal": "website_visit", "dimension": "engagement", "points": 2}
    icp = {"key": "icp", "source": "icp", "dimension": "fit", "points": 30}
    bench.send(leads[1], *["website_visit"] * 4)
    put_model(bench, rules=[icp, rule | {"cap": 6}], mql_at=36)
    assert [bench.score(x).total for x in leads] == [30, 36, 30]
    assert bench.stage(leads[1]) == "mql"
    for lead in leads:
        explained = explain(program=bench.program, lead_id=lead.pk)
        assert explained is not None
        assert sum(x.points for x in explained.lines) == bench.score(lead).total


def test_window_and_decay_follow_the_event_s_own_time(bench: Bench) -> None:
    window = {"key": "w", "signal": "pricing_page_view", "dimension": "engagement", "points": 10,
              "window_days": 30}  # fmt: skip
    decay = {"key": "d", "signal": "webinar_attended", "dimension": "engagement", "points": 20,
             "decay": "linear", "decay_days": 10}  # fmt: skip
    put_model(bench, rules=[window, decay])
    lead = bench.lead()
    bench.send(lead, "pricing_page_view", days_ago=40)
    assert bench.score(lead).total == 0
    bench.send(lead, "pricing_page_view", days_ago=29)
    bench.send(lead, "webinar_attended", days_ago=5)
    score = bench.score(lead)
    assert score.total == 20
    assert score.stale_at is not None
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    assert score.stale_at == midnight + timedelta(days=1)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_rebuild_and_any_order_give_the_same_rows(bench: Bench, data: st.DataObject) -> None:
    lead, other = bench.lead(bench.account()), bench.lead()
    codes = ["pricing_page_view", "email_opened", "website_visit", "budget_confirmed"]
    drawn = data.draw(
        st.lists(
            st.tuples(st.sampled_from(codes), st.integers(0, 50), st.booleans()),
            min_size=1,
            max_size=12,
        )
    )
    base = timezone.now()
    events = [
        bench.event(lead, code, at=base - timedelta(minutes=days, seconds=i), value=value)
        for i, (code, days, value) in enumerate(drawn)
    ]
    twin = {lead.stakeholder_id: other.stakeholder_id}
    shuffled = data.draw(st.permutations(events))
    ingest(program=bench.program, events=events)
    for event in shuffled:
        copy = type(event)(
            twin[event.stakeholder_id], event.signal_id, event.occurred_at, "copy",
            event.external_id, event.value,
        )  # fmt: skip
        ingest(program=bench.program, events=[copy])
    mine, copied = bench.score(lead), bench.score(other)
    assert [getattr(mine, f"s{i}") for i in range(32)] == [
        getattr(copied, f"s{i}") for i in range(32)
    ]
    assert mine.last_engaged_at == copied.last_engaged_at
    before = stored_rows(bench)
    jobs.start(program=bench.program, kind=Job.Kind.REBUILD, by=bench.owner)
    job = bench.run_jobs()
    assert job is not None
    assert job.result["corrected"] == 0
    assert stored_rows(bench) == before


def test_rebuild_repairs_what_was_broken(bench: Bench) -> None:
    lead = bench.lead(bench.account())
    bench.send(lead, "pricing_page_view")
    before = stored_rows(bench)
    slot = next(i for i in range(32) if getattr(bench.score(lead), f"s{i}"))
    LeadScore.objects.in_program(bench.program).update(**{f"s{slot}": 9, "total": 7, "fit": 3})
    jobs.start(program=bench.program, kind=Job.Kind.REBUILD, by=bench.owner)
    bench.run_jobs()
    assert stored_rows(bench) == before


@pytest.mark.parametrize("size", [1, 3, 30])
def test_a_batch_costs_the_same_number_of_queries(bench: Bench, size: int) -> None:
    leads = [bench.lead() for _ in range(size)]
    events = [bench.event(lead, "website_visit") for lead in leads]
    bench.send(leads[0], "website_visit")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        ingest(program=bench.program, events=events)
    # Prepared statements bypass Django's log, which only sees the promotion and savepoints.
    assert len(seen) <= 4


def test_only_a_batch_with_duplicates_looks_for_their_ids(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = bench.lead()
    events = [bench.event(lead, "website_visit", external_id=f"{i}") for i in range(3)]

    def statements(sent: Sequence[EngagementIn]) -> int:
        fetch = Mock(wraps=prepared.fetch)
        monkeypatch.setattr("alignment.scoring.ingest.prepared.fetch", fetch)
        ingest(program=bench.program, events=sent)
        monkeypatch.undo()
        return fetch.call_count

    bench.send(lead, "website_visit")  # The first one also moves the stage.
    plain = statements(events)
    assert statements([bench.event(lead, "website_visit", external_id="twice")] * 2) == plain
    assert [statements(events[:size]) for size in (1, 3)] == [plain + 1] * 2


def test_a_promotion_reads_only_the_leads_that_rise(bench: Bench) -> None:
    """Also when the statistics know of no lead in their stage, as after an import."""
    people, now = Stakeholder.objects.in_program(bench.program), timezone.now()
    people.bulk_create(Stakeholder(program=bench.program) for _ in range(2_000))
    closed = {"program": bench.program, "stage": Stage.WON} | dict.fromkeys(
        ("opened_at", "stage_since", "closed_at"), now
    )
    Lead.objects.in_program(bench.program).bulk_create(
        Lead(stakeholder=person, **closed) for person in people.all()
    )
    parameters: dict[str, Any] = {
        "program": bench.program.pk, "stage": "engaged", "from": ["new"], "kind": "became_engaged",
        "leads": "{1,2,3}", "totals": "{9,9,9}", "evidence": "{1,2,3}", "cause": "{}", "actor": None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_lead")
        cursor.execute("EXPLAIN " + _PROMOTE, parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "lead_by_stage" not in plan, plan
