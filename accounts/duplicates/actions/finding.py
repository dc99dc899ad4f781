"""Starting to look for duplicates."""

from __future__ import annotations

from django.db import transaction

from alignment.jobs.actions import start
from alignment.jobs.models import Job
from alignment.people.models import Program, User


@transaction.atomic
def find_duplicates(*, program: Program, by: User | None) -> Job:
    """The job that looks for them; the one under way, if there is one."""
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    running = Job.objects.in_program(program).filter(
        kind=Job.Kind.DUPLICATES, state__in=[Job.State.QUEUED, Job.State.RUNNING]
    )
    return running.first() or start(program=program, kind=Job.Kind.DUPLICATES, by=by)
