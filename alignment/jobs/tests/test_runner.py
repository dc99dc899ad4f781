"""What a job says when it cannot go on."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext

from alignment.jobs import actions, runner
from alignment.jobs.models import Job
from alignment.jobs.runner import JobFailed
from tests.cast import Cast


def failed(cast: Cast, monkeypatch: pytest.MonkeyPatch, step: runner.Step) -> Job:
    monkeypatch.setitem(runner._STEPS, Job.Kind.REBUILD, step)
    job = actions.start(program=cast.program, kind=Job.Kind.REBUILD, by=cast.owner)
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    return job


def test_rows_that_an_error_quotes_stay_in_the_log(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def step(_job: Job) -> bool:
        raise ValueError("Key (email)=(dana@acme.example) already exists.")

    job = failed(cast, monkeypatch, step)
    assert "ValueError" in job.problem
    assert "dana" not in job.problem
    assert "dana@acme.example" in caplog.text


def test_a_job_speaks_the_language_of_who_started_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.owner.language = "fr"
    cast.owner.save()

    def step(_job: Job) -> bool:
        raise JobFailed(gettext("The draft is gone."))

    assert failed(cast, monkeypatch, step).problem == "Le brouillon n’existe plus."
