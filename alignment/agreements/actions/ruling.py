"""Versions in force: locking one while working by it, and replacing it by another."""

from django.db import transaction
from django.utils import timezone

from alignment.core import audit, locks
from alignment.core.live import bus
from alignment.core.locks import Turn
from alignment.core.moments import database_now
from alignment.core.sweeps import in_each
from alignment.people.models import Program, User

from .. import handlers
from ..models import Kind, State, Version
from ..queries import is_signed
from ..rules import digest
from . import notices


def lock_versions_shared(program_id: int) -> None:
    """Keep the versions in force until the transaction ends. Shared: holders don't wait for each
    other.

    Take this before locking rows that others write under a version: an activation that waits for
    them makes new holders wait too.
    """
    locks.share(Turn.VERSIONS, program_id)


def lock_versions(program_id: int) -> None:
    """Wait for everyone who works by a version, and keep others waiting until the transaction ends.

    Take this before locking any row of a version, always in this order.
    """
    locks.hold(Turn.VERSIONS, program_id)


@transaction.atomic
def install(
    *, program: Program, kind: Kind, content: dict[str, object], by: User | None
) -> Version:
    """The shipped first version of a new program, in force until both sides sign another one."""
    lock_versions(program.pk)
    version = Version.objects.create(
        program=program, kind=kind, number=1, content=content, created_by=by, shipped=True
    )
    version.digest = terms_digest(version)
    return _rule(version, by)


def terms_digest(version: Version) -> str:
    """The hash of what a signature under this version covers."""
    return digest(
        version.kind,
        version.content,
        counts_from=version.counts_from.isoformat() if version.counts_from else None,
        hands_over=version.hands_over,
    )


def take_over(version: Version, *, by: User | None) -> Version:
    """Bring a signed proposal in force if its start date has come. Call with the versions locked."""
    due = version.counts_from is None or version.counts_from <= timezone.now()
    return _rule(version, by) if due and is_signed(version) else version


def _rule(version: Version, by: User | None) -> Version:
    # Events are dated by the database too, and judged by the version in force at that time.
    now = database_now()
    Version.objects.in_program(version.program_id).filter(
        kind=version.kind, state=State.IN_FORCE
    ).update(state=State.RETIRED, retired_at=now)
    version.state, version.in_force_at = State.IN_FORCE, now
    version.save()
    audit.record(
        by=by,
        action="agreement.in_force",
        target=version,
        program_id=version.program_id,
        kind=version.kind,
        number=version.number,
        digest=version.digest,
    )
    handlers.handlers_of(version.kind).carry_out(version, by)
    bus.publish(version.program_id, "agreements", f"agreement-{version.kind}")
    if not version.shipped:
        notices.notify_in_force(version, by)
    notices.announce_state(version)
    return version


def start_due() -> int:
    """Bring signed versions in force whose start date has come; returns how many."""
    waiting = Version.objects.across_programs().filter(
        state=State.PROPOSED, counts_from__lte=timezone.now()
    )
    return sum(in_each(waiting.values_list("pk", "program_id"), _start))


@transaction.atomic
def _start(waiting: tuple[int, int]) -> bool:
    version_id, program_id = waiting
    lock_versions(program_id)
    locked = Version.objects.in_program(program_id).select_for_update().filter(pk=version_id)
    version = locked.first()
    if version is None or version.state != State.PROPOSED:
        return False
    return take_over(version, by=None).state == State.IN_FORCE
