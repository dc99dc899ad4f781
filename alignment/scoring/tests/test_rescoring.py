"""The job that scores all leads by a new model, chunk by chunk."""

from typing import Any

import pytest

from alignment.agreements.actions import drafts
from alignment.agreements.actions.drafts import save_draft
from alignment.agreements.models import Kind
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.scoring import steps
from tests.signing import bring_in_force

from .conftest import Bench

RULE = {"key": "visits", "signal": "website_visit", "dimension": "engagement", "points": 5}


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "CHUNK", 2)


def rescored(bench: Bench, **changes: Any) -> tuple[Job, int]:
    """The job that a new model starts, and after how many steps it went on."""
    draft = drafts.start_draft(program=bench.program, kind=Kind.SCORING, by=bench.owner)
    draft = save_draft(version=draft, content=draft.content | changes, note="", by=bench.owner)
    bring_in_force(draft)
    job = Job.objects.in_program(bench.program).get(kind=Job.Kind.RESCORE, state="queued")
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
