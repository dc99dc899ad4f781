"""Re-scoring through the job, against an update of the same rows that changes no indexed column."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from alignment.agreements import actions as agreements
from alignment.agreements.models import Kind
from alignment.icp import actions as icp
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.people.models import Program, User
from alignment.scoring.actions import models

ROUNDS = 3


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def floor(program: Program) -> float:
    """`UPDATE … SET total = total` over all score rows of the program, in one statement."""

    def update() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE scoring_leadscore SET total = total + 0 WHERE program_id = %s", [program.pk]
            )

    return seconds(update)


def vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM scoring_leadscore")
        cursor.execute("CHECKPOINT") if _may_checkpoint() else None


def _may_checkpoint() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role(current_user, 'pg_checkpoint', 'USAGE')")
        return bool(cursor.fetchone()[0])


def run_open_jobs(program: Program) -> dict[str, Any]:
    """What the worker's task does, for each waiting job; returns the last result."""
    result: dict[str, Any] = {}
    for job in Job.objects.in_program(program).filter(state=Job.State.QUEUED).order_by("id"):
        runner.run(job.pk)
        done = Job.objects.in_program(program).get(pk=job.pk)
        assert done.state == Job.State.DONE, done.problem
        result = done.result
    return result


def change_model(program: Program, by: User, change: Callable[[dict[str, Any]], None]) -> float:
    """Put a changed model in force and run its job; the seconds of the job."""
    draft = agreements.start_draft(program=program, kind=Kind.SCORING, by=by)
    content = draft.content
    change(content)
    draft = models.save_draft(version=draft, content=content, note="bench", by=by)
    models.put_in_force(version=draft, by=by)
    return seconds(lambda: run_open_jobs(program))


def change_icp(program: Program, by: User, change: Callable[[dict[str, Any]], None]) -> float:
    draft = agreements.start_draft(program=program, kind=Kind.ICP, by=by)
    content = draft.content
    change(content)
    draft = icp.save_draft(version=draft, content=content, note="bench", by=by)
    icp.put_in_force(version=draft, by=by)
    return seconds(lambda: run_open_jobs(program))
