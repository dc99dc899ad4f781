"""The job that scores all leads by a new model, chunk by chunk."""

from typing import Any

import pytest

from alignment.agreements.actions import drafts
from alignment.agreements.actions.drafts import save_draft
from alignment.agreements.models import Kind
from alignment.icp.models import Verdict
from alignment.jobs import runner
from alignment.jobs.actions import cancel, go_on
from alignment.jobs.models import Job
from alignment.people.models import User
from alignment.scoring import steps
from tests.signing import bring_in_force

from .conftest import Bench

RULE = {"key": "visits", "signal": "website_visit", "dimension": "engagement", "points": 5}


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "CHUNK", 2)


def queued(bench: Bench, kind: Kind, **changes: Any) -> Job:
    """The job that a new version starts."""
    draft = drafts.start_draft(program=bench.program, kind=kind, by=bench.owner)
    draft = save_draft(version=draft, content=draft.content | changes, note="", by=bench.owner)
    bring_in_force(draft)
    return Job.objects.in_program(bench.program).get(state="queued")


def rescored(bench: Bench, **changes: Any) -> tuple[Job, int]:
    """The finished job of a new model, and the number of steps before the last."""
    job = queued(bench, Kind.SCORING, **changes)
    steps_before_the_last: list[int] = []
    runner.run(job.pk, after_step=lambda: steps_before_the_last.append(1))
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.DONE, job.total)
    return job, len(steps_before_the_last)


def test_a_model_that_changes_no_score_is_done_after_one_step(bench: Bench) -> None:
    leads = [bench.lead(bench.account()) for _ in range(7)]
    job, went_on = rescored(bench, mql_at=70, sql_at=90)
    assert (job.result["changed"], went_on) == (0, 0)
    assert {bench.score(lead).total for lead in leads} == {20}


def test_the_last_lead_is_found_behind_chunks_that_stand(bench: Bench) -> None:
    leads = [bench.lead() for _ in range(7)]
    bench.send(leads[-1], "website_visit")
    job, went_on = rescored(bench, rules=[RULE], mql_at=5)
    assert (job.result["changed"], went_on) == (1, 3)
    assert [bench.score(lead).total for lead in leads] == [0] * 6 + [5]
    assert bench.stage(leads[-1]) == "mql"


def test_a_rule_with_a_window_is_measured_in_every_chunk(bench: Bench) -> None:
    leads = [bench.lead() for _ in range(7)]
    bench.send(leads[-1], "website_visit")
    job, went_on = rescored(bench, rules=[RULE | {"window_days": 30}])
    assert (job.result["changed"], went_on) == (1, 3)
    assert bench.score(leads[-1]).total == 5


def stop_after_a_step(job: Job, by: User) -> None:
    runner.run(job.pk, after_step=lambda: cancel(job=job, by=by))
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_a_stopped_scoring_goes_on_where_it_stopped(bench: Bench) -> None:
    leads = [bench.lead() for _ in range(7)]
    for lead in leads:
        bench.send(lead, "website_visit")
    job = queued(bench, Kind.SCORING, rules=[RULE])
    stop_after_a_step(job, bench.owner)
    assert [bench.score(lead).total for lead in leads] == [5] * 2 + [0] * 5
    rest = go_on(job=job, by=bench.owner)
    runner.run(rest.pk)
    rest.refresh_from_db()
    assert (rest.state, rest.done, rest.result["changed"]) == (Job.State.DONE, 5, 5)
    assert {bench.score(lead).total for lead in leads} == {5}


def test_a_stopped_judging_goes_on_where_it_stopped(bench: Bench) -> None:
    accounts = [bench.account() for _ in range(5)]
    large = {"key": "large", "kind": "employees", "weight": "must", "min": 1_000}
    job = queued(bench, Kind.ICP, criteria=[large])
    stop_after_a_step(job, bench.owner)
    answers = Verdict.objects.in_program(bench.program).order_by("account")
    assert list(answers.values_list("answer", flat=True)) == ["no"] * 2 + ["yes"] * 3
    runner.run(go_on(job=job, by=bench.owner).pk)
    assert set(answers.values_list("answer", flat=True)) == {"no"}
    assert answers.count() == len(accounts)


def test_the_rest_of_what_an_older_model_left_is_left_to_the_newer(bench: Bench) -> None:
    leads = [bench.lead() for _ in range(5)]
    bench.send(leads[-1], "website_visit")
    job = queued(bench, Kind.SCORING, rules=[RULE])
    stop_after_a_step(job, bench.owner)
    rescored(bench, rules=[RULE | {"points": 9}])
    rest = go_on(job=job, by=bench.owner)
    runner.run(rest.pk)
    rest.refresh_from_db()
    assert (rest.state, rest.result) == (Job.State.DONE, {})
    assert bench.score(leads[-1]).total == 9
