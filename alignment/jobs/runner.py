"""Running a job step by step, so that it can be watched, cancelled and taken up after a crash.

A step is one transaction: it does a bounded piece of work and moves the job's cursor with it. A
worker killed in the middle leaves the step undone and the cursor where it was; the worker that
takes the job up next repeats exactly that step.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from enum import Enum

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, ForeignKeyViolation

from alignment.core.live import bus

from .models import Job

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
# Does one piece of work and sets `cursor`, `done`, `total` and `result`; True when all is done.
Step = Callable[[Job], bool]

_STEPS: dict[str, Step] = {}
_AFTERWARDS: dict[str, Callable[[Job], None]] = {}

# Another transaction locked the same rows in a different order, or deleted a row that the step had
# read. The step was rolled back and can be repeated. After MOST_REPEATS failures in a row there
# must be another cause.
OVERTAKEN = (DeadlockDetected, ForeignKeyViolation)
MOST_REPEATS = 20


class JobFailed(Exception):
    """Raised by a step to end the job with a sentence for the person who started it."""


def step_of(kind: Job.Kind) -> Callable[[Step], Step]:
    """Registers the function that does the steps of a kind of job."""

    def register(step: Step) -> Step:
        _STEPS[kind] = step
        return step

    return register


def afterwards(kind: Job.Kind) -> Callable[[Callable[[Job], None]], Callable[[Job], None]]:
    """Registers what follows a kind of job, however it ended, in the transaction that ends it."""

    def register(action: Callable[[Job], None]) -> Callable[[Job], None]:
        _AFTERWARDS[kind] = action
        return action

    return register


def run(job_id: int, *, after_step: Callable[[], object] | None = None) -> None:
    """Run a job to its end, or return at once if another worker has it.

    Its messages are in the language of the person who started it.
    """
    if not _take(job_id):
        return
    undone = 0
    with translation.override(_language(job_id)):
        while (went := _one_step(job_id, may_repeat=undone < MOST_REPEATS)) is not Went.END:
            undone = undone + 1 if went is Went.UNDONE else 0
            if after_step:
                after_step()


def _language(job_id: int) -> str:
    jobs = Job.objects.across_programs().filter(pk=job_id)
    return jobs.values_list("created_by__language", flat=True).get() or settings.LANGUAGE_CODE


def _take(job_id: int) -> bool:
    now = timezone.now()
    free = (
        Job.objects.across_programs()
        .filter(pk=job_id, state__in=Job.OPEN)
        .exclude(lease_until__gt=now)
    )
    with transaction.atomic():
        # A step that outlasts its lease still holds the row lock: skip the job rather than wait.
        free_now = free.select_for_update(skip_locked=True).exists()
        taken = free_now and free.update(state=Job.State.RUNNING, lease_until=now + LEASE)
    if taken:
        jobs = Job.objects.across_programs().filter(pk=job_id, started_at__isnull=True)
        jobs.update(started_at=now)
    return bool(taken)


class Went(Enum):
    """How a step went."""

    END = "nothing is left to do"
    MORE = "there is more to do"
    UNDONE = "it was overtaken, and is to be repeated"


def _one_step(job_id: int, *, may_repeat: bool) -> Went:
    try:
        with transaction.atomic():
            job = Job.objects.across_programs().select_for_update().get(pk=job_id)
            if job.state != Job.State.RUNNING:
                return Went.END
            if job.cancel_asked_at:
                _finish(job, Job.State.CANCELLED)
                return Went.END
            finished = _STEPS[job.kind](job)
            if finished:
                _finish(job, Job.State.DONE)
                return Went.END
            job.lease_until = timezone.now() + LEASE
            job.save()
            _publish(job)
            return Went.MORE
    except JobFailed as failure:
        _fail(job_id, str(failure))
    except Exception as error:
        if may_repeat and isinstance(error.__cause__, OVERTAKEN):
            return Went.UNDONE
        log.exception("job %s failed", job_id)
        # The exception's text may quote rows, so it only goes to the log.
        name = type(error).__name__
        _fail(
            job_id, _("An unexpected error (%(name)s). The log has the details.") % {"name": name}
        )
    return Went.END


def _finish(job: Job, state: Job.State, problem: str = "") -> None:
    job.state = state
    job.problem = problem
    job.lease_until = None
    job.finished_at = timezone.now()
    job.save()
    follow(job)
    _publish(job)


def follow(job: Job) -> None:
    """Run what is registered to follow the job that has just ended."""
    if action := _AFTERWARDS.get(job.kind):
        action(job)


def _fail(job_id: int, problem: str) -> None:
    with transaction.atomic():
        job = Job.objects.across_programs().select_for_update().get(pk=job_id)
        # Another worker may have ended it meanwhile.
        if job.state == Job.State.RUNNING:
            _finish(job, Job.State.FAILED, problem)


def _publish(job: Job) -> None:
    bus.publish(job.program_id, "jobs", f"job-{job.pk}")
