"""Reading jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from alignment.jobs.models import Job
from alignment.people.models import Membership, Program
from alignment.people.permissions import Permission, may

PAGE = 50
# Below this share done, an estimate would be a guess.
ENOUGH_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of jobs, newest first; the next page starts before id `older`, if not None."""

    jobs: list[Job]
    older: int | None


def job_page(*, program: Program, state: str = "", before: int | None = None) -> JobPage:
    """A page of jobs, newest first. One query."""
    rows = Job.objects.in_program(program).select_related("created_by").order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if before:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    return JobPage(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def find_job(*, program: Program, pk: int) -> Job | None:
    """One job of the program, with the person who started it."""
    return Job.objects.in_program(program).select_related("created_by").filter(pk=pk).first()


def newest(*, program: Program, kind: Job.Kind) -> Job | None:
    """The latest job of a kind."""
    return Job.objects.in_program(program).filter(kind=kind).order_by("-id").first()


def rest_of(*, job: Job) -> Job | None:
    """The job that continues this one."""
    return Job.objects.in_program(job.program_id).filter(parameters__rest_of=job.pk).first()


def may_cancel(*, job: Job, membership: Membership) -> bool:
    """Managers may stop any job, others only their own."""
    return job.is_open and not job.cancel_asked_at and _may_steer(job, membership)


def may_go_on(*, job: Job, membership: Membership) -> bool:
    """Anyone who may stop a job may also continue it."""
    return job.is_unfinished and _may_steer(job, membership)


def _may_steer(job: Job, membership: Membership) -> bool:
    own = job.created_by_id == membership.user_id and may(membership.role, Permission.IMPORT)
    return own or may(membership.role, Permission.MANAGE_JOBS)


def percent(job: Job) -> int | None:
    """Percentage done, as a whole number; None while the size of the work is unknown."""
    if job.state == Job.State.DONE:
        return 100
    return min(100 * job.done // job.total, 99) if job.total else None


def time_taken(job: Job) -> timedelta | None:
    """From start to end, or until now."""
    if job.started_at is None:
        return None
    return (job.finished_at or timezone.now()) - job.started_at


def expected_end(job: Job) -> datetime | None:
    """When the job will be done if its pace stays the same."""
    if not job.total or not job.started_at or not job.is_open:
        return None
    share = job.done / job.total
    if share < ENOUGH_SHARE:
        return None
    return job.started_at + (timezone.now() - job.started_at) / share
