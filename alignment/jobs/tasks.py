"""The worker's side of jobs."""

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from alignment.core.hints import send

from . import runner
from .models import Job

SWEEP_LIMIT = 100


@shared_task
def run(job_id: int) -> None:
    runner.run(job_id)


@shared_task(expires=10)
def take_up_left_jobs() -> None:
    """Send waiting jobs, and those of dead workers, again; sending a job twice is harmless."""
    left = Q(lease_until__lt=timezone.now()) | Q(lease_until__isnull=True)
    waiting = Job.objects.across_programs().filter(left, state__in=Job.OPEN)
    for job_id in waiting.order_by("id").values_list("id", flat=True)[:SWEEP_LIMIT]:
        send(run, job_id=job_id)
