"""Starting searches for duplicates: manually among all accounts, automatically among new ones."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts.duplicates.models import SpanToCompare
from alignment.core.scoping import ScopedQuerySet
from alignment.jobs.actions import start
from alignment.jobs.models import Job
from alignment.people.actions.programs import lock_program
from alignment.people.models import Program, User

# The parameters of a search that compares only waiting accounts.
ONLY_WAITING = {"only": "waiting"}


@transaction.atomic
def find_duplicates(*, program: Program, by: User | None) -> Job:
    """Start a job that compares all accounts, or return the one under way."""
    lock_searches(program.pk)
    running = _under_way(program).exclude(parameters__contains=ONLY_WAITING)
    return running.first() or start(program=program, kind=Job.Kind.DUPLICATES, by=by)


@transaction.atomic
def find_among_waiting(*, program: Program, by: User | None) -> Job | None:
    """Start a job that compares the waiting accounts with all others; None if none waits.

    A job under way gets to them in the end, whatever it was started for.
    """
    lock_searches(program.pk)
    if not SpanToCompare.objects.in_program(program).exists():
        return None
    running = _under_way(program).first()
    kind, parameters = Job.Kind.DUPLICATES, dict(ONLY_WAITING)
    return running or start(program=program, kind=kind, by=by, parameters=parameters)


def wait_for_search(
    *, program: Program, created: Sequence[int] = (), renamed: Sequence[int] = ()
) -> None:
    """Queue accounts for the next search; call it in the transaction that changes them.

    Accounts created together have consecutive ids, so they are one row of the queue.
    """
    spans = [(min(created), max(created))] if created else []
    spans += [(pk, pk) for pk in renamed]
    SpanToCompare.objects.bulk_create(
        SpanToCompare(program=program, first=first, last=last) for first, last in spans
    )


def lock_searches(program_id: int) -> None:
    """Until the transaction ends, no search of the program can start or conclude that nothing
    waits."""
    lock_program(program_id)


def _under_way(program: Program) -> ScopedQuerySet[Job]:
    """Searches that will run to their end, so not those asked to stop."""
    return Job.objects.in_program(program).filter(
        kind=Job.Kind.DUPLICATES,
        state__in=Job.OPEN,
        cancel_asked_at__isnull=True,
    )
