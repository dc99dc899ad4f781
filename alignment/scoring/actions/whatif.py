"""Calculating what a draft or a proposal would do."""

from django.db import transaction
from django.utils.translation import gettext as _

from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import in_force
from alignment.agreements.rules import digest
from alignment.core.live import bus
from alignment.jobs import actions as jobs
from alignment.jobs.models import Job
from alignment.jobs.queries import newest
from alignment.people.models import Program, User

from ..models import WhatIf
from ..queries import signal_codes
from ..queries_whatif import newest_open, pair_digest, pair_of
from ..rules import parse_model


class CannotTry(Exception):
    """No true answer is possible now; the message says why."""


@transaction.atomic
def start_what_if(*, version: Version, by: User) -> WhatIf:
    """Try a version on all leads in a job; returns a running trial of the same content if there is
    one.

    Raises `CannotTry`, and `InvalidModel` for invalid content.
    """
    locked = Version.objects.in_program(version.program_id).select_for_update().get(pk=version.pk)
    if not locked.is_open:
        raise CannotTry(_("Only a draft or a proposal can be tried."))
    parse_model(locked.content, signal_codes(locked.program_id))
    _must_be_scored(locked.program)
    current = in_force(locked.program_id, Kind.SCORING)
    running = newest_open(version=locked)
    if running is not None:
        if running.digest == content_digest(locked) and running.against == current:
            return running
        jobs.cancel(job=running.job, by=by)
    return _start(locked, current, by)


def _must_be_scored(program: Program) -> None:
    """The effect is only known when every lead carries the points of the model in force."""
    job = newest(program=program, kind=Job.Kind.RESCORE)
    if job and job.is_open:
        raise CannotTry(
            _("All leads are just being scored by the model in force. Try again when that is done.")
        )
    if job and job.is_unfinished:
        raise CannotTry(
            _("Scoring by the model in force stopped before its end. Let it go on, then try again.")
        )


@transaction.atomic
def compare_versions(*, older: Version, newer: Version, by: User) -> WhatIf:
    """Start a job that stores the leads that only one of two versions calls MQL.

    Returns a running comparison of the same contents if there is one. Raises `InvalidModel`.
    """
    # The lock makes only one of two concurrent requests start it.
    locked = Version.objects.in_program(newer.program_id).select_for_update().get(pk=newer.pk)
    codes = signal_codes(locked.program_id)
    for version in (older, locked):
        parse_model(version.content, codes)
    running = pair_of(older=older, newer=locked)
    if running.running and running.attempt:
        if running.attempt.digest == pair_digest(older, locked):
            return running.attempt
        jobs.cancel(job=running.running, by=by)
    return _start(locked, older, by, pair=True)


def _start(version: Version, against: Version | None, by: User, *, pair: bool = False) -> WhatIf:
    job = jobs.start(program=version.program, kind=Job.Kind.WHAT_IF, by=by)
    made = WhatIf.objects.create(
        program=version.program,
        version=version,
        content=version.content,
        digest=pair_digest(against, version) if pair and against else content_digest(version),
        against=against,
        is_pair=pair,
        job=job,
    )
    job.parameters = {"what_if": made.pk, "version": version.pk}
    job.save(update_fields=["parameters"])
    bus.publish(version.program_id, "what-if")
    return made


def content_digest(version: Version) -> str:
    """The hash of a content, without the terms under which it is proposed."""
    return digest(version.kind, version.content)
