"""Drafts of the scoring model, and bringing a new one in force."""

from typing import Any

from django.db import transaction

from accounts.models import Signal
from alignment.agreements import actions as agreements
from alignment.agreements.models import Version
from alignment.jobs import actions as jobs
from alignment.jobs.models import Job
from alignment.people.models import User

from ..rules import parse_model


def signal_codes(program_id: int) -> set[str]:
    return set(Signal.objects.in_program(program_id).values_list("code", flat=True))


def save_draft(*, version: Version, content: dict[str, Any], note: str, by: User) -> Version:
    """Keep a draft model. Raises InvalidModel (nothing is kept then), NotADraft."""
    parse_model(content, signal_codes(version.program_id))
    return agreements.save_draft(version=version, content=content, note=note, by=by)


def put_in_force(*, version: Version, by: User | None) -> Version:
    """Let this model rule and score every lead by it, in a job. Raises InvalidModel, NotADraft."""
    parse_model(version.content, signal_codes(version.program_id))
    with transaction.atomic():
        ruling = agreements.put_in_force(version=version, by=by)
        jobs.start(
            program=ruling.program, kind=Job.Kind.RESCORE, by=by, parameters={"version": ruling.pk}
        )
    return ruling
