"""Watching and stopping long work."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from alignment.jobs import actions
from alignment.jobs.models import Job
from alignment.people.models import User
from tests.cast import Cast


def job(cast: Cast, by: User | None = None, **fields: object) -> Job:
    started = actions.start(program=cast.program, kind=Job.Kind.REBUILD, by=by)
    Job.objects.in_program(cast.program).filter(pk=started.pk).update(**fields)
    started.refresh_from_db()
    return started


def page(cast: Cast, name: str, *args: object) -> str:
    return reverse(f"jobs:{name}", args=[cast.program.slug, *args])


def test_progress_result_and_failure_are_told(cast: Cast) -> None:
    client = cast.client("observer")
    now = timezone.now()
    running = job(cast, state="running", done=25, total=100, started_at=now, result={"rows": 2196})
    failed = job(cast, state="failed", problem="The disk is <full>.", started_at=now)
    shown = client.get(page(cast, "detail", running.pk)).content.decode()
    assert "25%" in shown
    assert "2,196 rows" in shown
    shown = client.get(page(cast, "detail", failed.pk)).content.decode()
    assert "The disk is &lt;full&gt;." in shown
    listed = client.get(page(cast, "list") + "?state=failed").content.decode()
    assert f"job-{failed.pk}" in listed
    assert f"job-{running.pk}" not in listed


def test_people_stop_their_own_jobs_and_managers_any(cast: Cast) -> None:
    theirs, own = job(cast, cast.owner), job(cast, cast.rep)
    client = cast.client("rep")
    assert client.post(page(cast, "cancel", theirs.pk)).status_code == 403
    assert client.post(page(cast, "cancel", own.pk)).status_code == 302
    assert cast.client("observer").post(page(cast, "cancel", theirs.pk)).status_code == 403
    assert cast.client("sales_manager").post(page(cast, "cancel", theirs.pk)).status_code == 302
    states = Job.objects.in_program(cast.program).filter(pk__in=[theirs.pk, own.pk])
    assert set(states.values_list("state", flat=True)) == {"cancelled"}
    over = client.post(page(cast, "cancel", own.pk), follow=True)
    assert "This job is over: there was nothing to cancel." in over.content.decode()


def test_the_admin_says_which_jobs_it_cancels(cast: Cast) -> None:
    cast.owner.is_staff = True
    cast.owner.save()
    jobs = [job(cast), job(cast), job(cast, state="done")]
    chosen = {"action": "cancel_jobs", "_selected_action": [row.pk for row in jobs]}
    answer = cast.client("owner").post("/admin/jobs/job/", chosen, follow=True).content.decode()
    assert "2 jobs are being cancelled." in answer
    assert "1 job was over already." in answer


def test_managers_have_the_rest_of_a_stopped_job_done(cast: Cast) -> None:
    stopped = job(cast, cast.owner, state="failed", done=40, total=100, cursor={"after": 7})
    manager = cast.client("sales_manager")
    assert (
        page(cast, "go_on", stopped.pk)
        not in cast.client("rep").get(page(cast, "detail", stopped.pk)).content.decode()
    )
    assert cast.client("rep").post(page(cast, "go_on", stopped.pk)).status_code == 403
    shown = manager.get(page(cast, "detail", stopped.pk)).content.decode()
    assert page(cast, "go_on", stopped.pk) in shown
    assert manager.post(page(cast, "go_on", stopped.pk)).status_code == 302
    assert manager.post(page(cast, "go_on", stopped.pk)).status_code == 302
    rest = Job.objects.in_program(cast.program).get(parameters__rest_of=stopped.pk)
    assert (rest.kind, rest.cursor, rest.total) == (Job.Kind.REBUILD, {"after": 7}, 60)
    assert rest.created_by != stopped.created_by
    shown = manager.get(page(cast, "detail", stopped.pk)).content.decode()
    assert page(cast, "go_on", stopped.pk) not in shown
    assert page(cast, "detail", rest.pk) in shown


def test_a_job_that_runs_has_no_rest(cast: Cast) -> None:
    running = job(cast, cast.owner, state="running")
    client = cast.client("owner")
    answer = client.post(page(cast, "go_on", running.pk), follow=True)
    assert "that stopped before its end can go on" in answer.content.decode()
    assert not Job.objects.in_program(cast.program).filter(parameters__rest_of=running.pk)


def test_another_programs_job_does_not_exist(cast: Cast) -> None:
    other = actions.start(program=cast.other_program, kind=Job.Kind.REBUILD, by=None)
    assert cast.client("owner").get(page(cast, "detail", other.pk)).status_code == 404
    assert cast.client("owner").post(page(cast, "cancel", other.pk)).status_code == 404
    assert cast.client("owner").post(page(cast, "go_on", other.pk)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_three_rows_as_for_one(
    cast: Cast, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.client("rep")
    for person in (cast.owner, cast.rep, cast.marketer)[:rows]:
        job(cast, person)
    client.get(page(cast, "list"))
    with django_assert_max_num_queries(9):
        client.get(page(cast, "list"))
