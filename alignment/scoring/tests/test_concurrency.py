"""Several writers at once, each on its own connection."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Engagement, Lead, Signal, Stakeholder
from alignment.agreements.actions import drafts
from alignment.agreements.actions.drafts import save_draft
from alignment.agreements.models import Kind
from alignment.core.locks import Turn
from alignment.jobs import actions as jobs
from alignment.jobs.models import Job
from alignment.people.models import Membership, Role, User
from alignment.scoring import tasks
from alignment.scoring.actions.accounts import judge_accounts
from alignment.scoring.actions.leads import (
    LeadMoved,
    claim,
    open_leads,
    record_validation_call,
)
from alignment.scoring.ingest import ingest
from alignment.scoring.models import LeadScore
from tests.signing import bring_in_force
from tests.threads import raised_at_once

from .conftest import Bench, make_bench

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bench() -> Bench:
    return make_bench("crowd")


def test_overlapping_writers_lose_nothing_and_never_deadlock(bench: Bench) -> None:
    leads = [bench.lead() for _ in range(12)]
    events = [bench.event(lead, "website_visit") for lead in leads for _ in range(15)]
    shuffled = [Random(n).sample(events, len(events)) for n in range(4)]
    works = [
        lambda batch=batch: [
            ingest(program=bench.program, events=batch[i : i + 30])
            for i in range(0, len(batch), 30)
        ]
        for batch in shuffled
    ]
    assert raised_at_once(*works) == []
    assert Engagement.objects.in_program(bench.program).count() == len(events)
    slot = f"s{_slots(bench)['website_visit']}"
    assert [getattr(bench.score(lead), slot) for lead in leads] == [15] * 12
    jobs.start(program=bench.program, kind=Job.Kind.REBUILD, by=bench.owner)
    job = bench.run_jobs()
    assert job is not None
    assert job.result["corrected"] == 0


def _slots(bench: Bench) -> dict[str, int]:
    return dict(Signal.objects.in_program(bench.program).values_list("code", "slot"))


def test_a_lead_becomes_mql_once_however_many_events_arrive_raised_at_once(bench: Bench) -> None:
    lead = bench.lead(bench.account())
    codes = ["pricing_page_view", "case_study_download", "webinar_attended", "pricing_page_view"]
    batches = [[bench.event(lead, code)] for code in codes]
    works = [lambda batch=batch: ingest(program=bench.program, events=batch) for batch in batches]
    assert raised_at_once(*works) == []
    assert (bench.score(lead).total, bench.stage(lead)) == (55, "mql")
    assert lead.journal.filter(kind="became_mql").count() == 1


def test_whoever_sends_an_event_at_once_learns_its_id(bench: Bench) -> None:
    lead = bench.lead()
    event = bench.event(lead, "website_visit")
    ids: list[int | None] = []
    works = [
        lambda: ids.extend(
            done.engagement_id for done in ingest(program=bench.program, events=[event])
        )
    ] * 4
    assert raised_at_once(*works) == []
    assert ids == [Engagement.objects.in_program(bench.program).get().pk] * 4


def test_two_first_events_of_a_person_open_one_lead(bench: Bench) -> None:
    person = Stakeholder.objects.create(program=bench.program, first_name="Jo")
    works = [
        lambda: open_leads(
            program=bench.program, stakeholder_ids=[person.pk], by=None, source="web"
        )
    ] * 4
    assert raised_at_once(*works) == []
    assert Lead.objects.in_program(bench.program).filter(stakeholder=person).count() == 1


def test_of_two_people_who_claim_one_wins_and_the_other_is_told_who(bench: Bench) -> None:
    lead = bench.lead()
    rivals = [
        User.objects.create_user(f"{name}@rival.example", name=name) for name in ("Ann", "Bob")
    ]
    for rival in rivals:
        Membership.objects.create(program=bench.program, user=rival, role=Role.OWNER)
    raised = raised_at_once(*[lambda who=who: claim(lead=lead, by=who) for who in rivals])
    winner = Lead.objects.in_program(bench.program).select_related("owner").get(pk=lead.pk).owner
    assert winner in rivals
    assert [type(error) for error in raised] == [LeadMoved]
    assert str(winner) in str(raised[0])


def test_events_during_an_activation_end_under_the_new_model(bench: Bench) -> None:
    leads = [bench.lead() for _ in range(6)]
    draft = drafts.start_draft(program=bench.program, kind=Kind.SCORING, by=bench.owner)
    rules = [{"key": "v", "signal": "website_visit", "dimension": "engagement", "points": 7}]
    content = draft.content | {"rules": rules}
    draft = save_draft(version=draft, content=content, note="", by=bench.owner)
    works: list[Callable[[], object]] = [
        partial(bench.send, lead, "website_visit", external_id=f"visit-{lead.pk}") for lead in leads
    ]
    works.append(lambda: bring_in_force(draft))
    assert raised_at_once(*works) == []
    bench.run_jobs()
    assert {bench.score(lead).total for lead in leads} == {7}


def opens_a_lead(bench: Bench, lead: Lead) -> None:
    person = Stakeholder.objects.create(program=bench.program, first_name="Jo")
    open_leads(program=bench.program, stakeholder_ids=[person.pk], by=None, source="web")


def records_a_call(bench: Bench, lead: Lead) -> None:
    record_validation_call(
        lead=lead, by=bench.owner, called_at=timezone.now(), outcome="validated", note=""
    )


def counts_an_engagement(bench: Bench, lead: Lead) -> None:
    bench.send(lead, "website_visit")


def judges_the_account(bench: Bench, lead: Lead) -> None:
    assert lead.account_id
    judge_accounts(program_id=bench.program.pk, account_ids=[lead.account_id])


def lets_time_pass(bench: Bench, lead: Lead) -> None:
    scores = LeadScore.objects.in_program(bench.program).filter(lead=lead)
    scores.update(stale_at=timezone.now() - timedelta(days=1))
    assert tasks._refresh_some(bench.program.pk)


@pytest.mark.parametrize(
    "write",
    [opens_a_lead, records_a_call, counts_an_engagement, judges_the_account, lets_time_pass],
)
def test_no_version_comes_in_force_while_somebody_writes_by_the_one_before(
    bench: Bench, write: Callable[[Bench, Lead], None]
) -> None:
    lead = bench.lead(bench.account())
    with transaction.atomic():
        write(bench, lead)
        assert not gate_can_be_closed(bench)
    assert gate_can_be_closed(bench)


def gate_can_be_closed(bench: Bench) -> bool:
    """Whether an activation on another connection would have to wait."""
    answers: list[bool] = []

    def ask() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_try_advisory_xact_lock(%s, %s)", [Turn.VERSIONS, bench.program.pk]
            )
            answers.append(cursor.fetchone()[0])

    assert raised_at_once(ask) == []
    return answers[0]
