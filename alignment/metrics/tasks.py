"""The sweeps: daily snapshots, credits of deals, and outcomes of leads."""

from celery import shared_task

from alignment.core.moments import database_now
from alignment.core.sweeps import in_each
from alignment.people.models import Program

from .actions.credits import programs_waiting, settle
from .actions.lead_facts import programs_with_stale_leads, settle_leads
from .actions.snapshots import restate, take


@shared_task(expires=600)
def take_snapshots() -> None:
    """A program whose day is already written costs two statements."""
    now = database_now()
    programs = Program.objects.order_by("pk").iterator()
    in_each(programs, lambda program: take(program=program, now=now))


@shared_task(expires=3_000)
def read_days_again() -> None:
    """Changes from late rows are shown within the hour."""
    now = database_now()
    programs = Program.objects.order_by("pk").iterator()
    in_each(programs, lambda program: restate(program=program, now=now))


@shared_task(expires=10)
def settle_credits() -> None:
    """For every program with changes, until nothing waits there."""
    in_each(Program.objects.filter(pk__in=programs_waiting()), _settle_credits)


def _settle_credits(program: Program) -> None:
    while settle(program=program):
        pass


@shared_task(expires=10)
def settle_facts_of_leads() -> None:
    """Like the credits of deals."""
    in_each(Program.objects.filter(pk__in=programs_with_stale_leads()), _settle_leads)


def _settle_leads(program: Program) -> None:
    while settle_leads(program=program):
        pass
