"""Starting, cancelling and continuing jobs."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.hints import hint
from alignment.core.live import bus
from alignment.people.models import Program, User

from . import runner, tasks
from .models import Job
from .queries import rest_of


@transaction.atomic
def start(
    *,
    program: Program,
    kind: Job.Kind,
    by: User | None,
    parameters: dict[str, Any] | None = None,
    total: int | None = None,
    cursor: dict[str, Any] | None = None,
) -> Job:
    """Queue a job; a worker takes it within seconds, even if the broker loses the hint."""
    job = Job.objects.create(
        program=program,
        kind=kind,
        created_by=by,
        parameters=parameters or {},
        total=total,
        cursor=cursor or {},
    )
    audit.record(by=by, action="job.start", target=job, program_id=program.pk, kind=kind)
    hint(tasks.run, job_id=job.pk)
    bus.publish(program.pk, "jobs")
    return job


@transaction.atomic
def cancel(*, job: Job, by: User) -> bool:
    """Ask an open job to stop after its current step; a queued one stops at once. False if there
    was nothing to stop any more."""
    locked = Job.objects.in_program(job.program_id).select_for_update().get(pk=job.pk)
    if not locked.is_open or locked.cancel_asked_at:
        return locked.is_open
    locked.cancel_asked_at = timezone.now()
    if locked.state == Job.State.QUEUED:
        locked.state = Job.State.CANCELLED
        locked.finished_at = locked.cancel_asked_at
    locked.save()
    if not locked.is_open:
        runner.follow(locked)
    audit.record(by=by, action="job.cancel", target=locked, program_id=locked.program_id)
    bus.publish(locked.program_id, "jobs", f"job-{locked.pk}")
    return True


class CannotGoOn(Exception):
    """The job cannot be continued; the message says why."""


@transaction.atomic
def go_on(*, job: Job, by: User) -> Job:
    """Start a job that does the rest of a cancelled or failed one; concurrent calls start only one.

    Raises `CannotGoOn` for a job that is not over, that is done, or whose rest cannot be done
    separately.
    """
    left = Job.objects.in_program(job.program_id).select_for_update().get(pk=job.pk)
    if not left.is_unfinished:
        raise CannotGoOn(
            _("Only judging, scoring or a rebuild that stopped before its end can go on.")
        )
    if rest := rest_of(job=left):
        return rest
    return start(
        program=left.program,
        kind=Job.Kind(left.kind),
        by=by,
        parameters=left.parameters | {"rest_of": left.pk},
        total=None if left.total is None else left.total - left.done,
        cursor=left.cursor,
    )
