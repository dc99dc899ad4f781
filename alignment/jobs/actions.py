"""Starting and cancelling jobs."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from alignment.core import audit
from alignment.core.hints import hint
from alignment.core.live import bus
from alignment.people.models import Program, User

from . import runner, tasks
from .models import Job


@transaction.atomic
def start(
    *,
    program: Program,
    kind: Job.Kind,
    by: User | None,
    parameters: dict[str, Any] | None = None,
    total: int | None = None,
) -> Job:
    """Queue a job; a worker takes it within seconds, even if the broker loses the hint."""
    job = Job.objects.create(
        program=program, kind=kind, created_by=by, parameters=parameters or {}, total=total
    )
    audit.record(by=by, action="job.start", target=job, program_id=program.pk, kind=kind)
    hint(tasks.run, job_id=job.pk)
    bus.publish(program.pk, "jobs")
    return job


@transaction.atomic
def cancel(*, job: Job, by: User) -> None:
    """Ask an open job to stop after its current step; a waiting one stops at once."""
    locked = Job.objects.in_program(job.program_id).select_for_update().get(pk=job.pk)
    if not locked.is_open or locked.cancel_asked_at:
        return
    locked.cancel_asked_at = timezone.now()
    if locked.state == Job.State.QUEUED:
        locked.state = Job.State.CANCELLED
        locked.finished_at = locked.cancel_asked_at
    locked.save()
    if not locked.is_open:
        runner.follow(locked)
    audit.record(by=by, action="job.cancel", target=locked, program_id=locked.program_id)
    bus.publish(locked.program_id, "jobs", f"job-{locked.pk}")
