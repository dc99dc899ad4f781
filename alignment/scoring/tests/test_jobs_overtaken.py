"""Jobs over all leads, run beside people and other workers, end as if run alone."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions.accounts import queue_for_judgement
from accounts.duplicates.actions import merging
from accounts.models import Account
from alignment.agreements.models import Kind
from alignment.core import prepared
from alignment.icp.models import Verdict
from alignment.jobs import actions as jobs
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.scoring.actions import leads as lead_actions
from alignment.scoring.actions.accounts import judge_waiting
from alignment.scoring.actions.leads import recycle
from tests.threads import attempt, beside, pausing

from .conftest import Bench, make_bench
from .test_meanwhile import TOO_SMALL, judge_all
from .test_overtaken import BUDGET, in_force, model_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bench() -> Bench:
    return make_bench("jobs-overtaken")


def rebuild(bench: Bench) -> Job:
    return jobs.start(program=bench.program, kind=Job.Kind.REBUILD, by=bench.owner)


def queued(bench: Bench) -> Job:
    return Job.objects.in_program(bench.program).get(state="queued")


def is_done(job: Job) -> bool:
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.problem
    return True


def test_a_deadlock_in_a_prepared_statement_repeats_the_step(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def step(_job: Job) -> bool:
        if not seen:
            seen.append(1)
            prepared.fetch("DO $$ BEGIN RAISE deadlock_detected; END $$", {})
        return True

    job = rebuild(bench)
    monkeypatch.setitem(runner._STEPS, Job.Kind.REBUILD, step)
    runner.run(job.pk)
    assert is_done(job)


def test_a_step_that_is_always_overtaken_fails(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def step(_job: Job) -> bool:
        tried.append(1)
        prepared.fetch("DO $$ BEGIN RAISE deadlock_detected; END $$", {})
        return True

    job = rebuild(bench)
    monkeypatch.setitem(runner._STEPS, Job.Kind.REBUILD, step)
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert len(tried) == runner.MOST_REPEATS + 1


def test_a_rescore_survives_a_rep_who_sends_a_lead_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = bench.lead()
    bench.send(lead, "website_visit")
    model_of(bench, 60)
    job = queued(bench)
    with pausing(monkeypatch, lead_actions, "_move", before=False) as reached:
        rep = beside(lambda: recycle(lead=lead, by=bench.owner, reason="x"))
        reached.wait(10)
        runner.run(job.pk)
        assert rep.end() == []
    assert is_done(job)


def test_a_merge_does_not_end_the_judging_of_all_accounts(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = bench.account(), bench.account(), bench.account()
    in_force(bench, Kind.ICP, BUDGET)
    job = queued(bench)
    with pausing(monkeypatch, merging, "_keep_keys", before=True) as reached:
        merge = beside(lambda: merging.merge(survivor=one, gone=two, take=[], by=bench.owner))
        reached.wait(10)
        runner.run(job.pk)
        assert merge.end() == []
    assert is_done(job)
    assert Verdict.objects.in_program(bench.program).get(account=three).answer == "unknown"


def test_a_merge_and_the_queue_of_judging_do_not_deadlock(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = bench.account(), bench.account()
    judge_all(bench)
    Account.objects.in_program(bench.program).filter(pk=two.pk).update(**TOO_SMALL)
    queue_for_judgement(program_id=bench.program.pk, account_ids=[two.pk])
    Verdict.objects.in_program(bench.program).filter(account=two).delete()
    with pausing(monkeypatch, merging, "_pair_of", before=True) as reached:
        merge = beside(lambda: merging.merge(survivor=one, gone=two, take=[], by=bench.owner))
        reached.wait(10)
        wrong = attempt(lambda: judge_waiting(program_id=bench.program.pk))
        raised = merge.end()
    assert [error for error in raised + wrong if "deadlock" in str(error)] == []


def test_a_job_that_another_worker_ended_is_not_failed_afterwards(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, seen = rebuild(bench), list[int]()
    fail, step = runner._fail, runner._STEPS[Job.Kind.REBUILD]

    def broken_once(job: Job) -> bool:
        if not seen:
            seen.append(1)
            raise RuntimeError("after more than a minute")
        return step(job)

    def late(*told: Any) -> None:
        rows = Job.objects.in_program(bench.program).filter(pk=job.pk)
        rows.update(lease_until=timezone.now() - timedelta(seconds=1))
        # The sweep sent the job again.
        assert beside(lambda: runner.run(job.pk)).end() == []
        fail(*told)

    monkeypatch.setitem(runner._STEPS, Job.Kind.REBUILD, broken_once)
    monkeypatch.setattr(runner, "_fail", late)
    runner.run(job.pk)
    assert is_done(job)


def test_a_second_worker_returns_at_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    job = rebuild(bench)
    inside, go = threading.Event(), threading.Event()

    def step(_job: Job) -> bool:
        inside.set()
        return go.wait(20)

    monkeypatch.setitem(runner._STEPS, Job.Kind.REBUILD, step)
    # The step takes longer than its lease.
    monkeypatch.setattr(runner, "LEASE", timedelta(seconds=-1))
    first = beside(lambda: runner.run(job.pk))
    inside.wait(10)
    second = beside(lambda: runner.run(job.pk))
    second.thread.join(3)
    waits = second.thread.is_alive()
    go.set()
    assert first.end() + second.end() == []
    assert not waits
    assert is_done(job)
