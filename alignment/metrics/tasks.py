"""The sweep that keeps each day's numbers."""

from celery import shared_task

from alignment.people.models import Program
from alignment.sla.queries.moments import database_now

from .actions.snapshots import take


@shared_task(expires=600)
def take_snapshots() -> None:
    """A program whose day is written already costs two statements."""
    now = database_now()
    for program in Program.objects.order_by("pk").iterator():
        take(program=program, now=now)
