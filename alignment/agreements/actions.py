"""The life of a version. What a content means is checked by the room that carries it out."""

from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core import audit, prepared
from alignment.core.live import bus
from alignment.people.models import Program, User

from .models import Kind, State, Version
from .queries import draft_of, in_force

# First key of the advisory locks that order activation against whoever works by a version.
GATE = 7201


class NotADraft(Exception):
    """The version left draft in the meantime; its content can no longer change."""

    def __init__(self) -> None:
        super().__init__(_("This version is no longer a draft, so it can't be changed."))


def hold_version(program_id: int) -> None:
    """Keep what is in force in force until the transaction ends. Shared: holders don't wait."""
    statement = "SELECT pg_advisory_xact_lock_shared(%(gate)s::int, %(program)s::int)"
    prepared.fetch(statement, {"gate": GATE, "program": program_id})


@transaction.atomic
def start_draft(
    *, program: Program, kind: Kind, by: User | None, content: dict[str, Any] | None = None
) -> Version:
    """The open draft, or a new one that starts from `content` or from what is in force."""
    Program.objects.select_for_update().get(pk=program.pk)
    existing = draft_of(program, kind)
    if existing is not None:
        return existing
    current = in_force(program, kind)
    newest = Version.objects.in_program(program).filter(kind=kind).order_by("-number").first()
    draft = Version.objects.create(
        program=program,
        kind=kind,
        number=newest.number + 1 if newest else 1,
        content=content if content is not None else (current.content if current else {}),
        created_by=by,
    )
    audit.record(by=by, action="agreement.draft", target=draft, program_id=program.pk)
    bus.publish(program.pk, "agreements")
    return draft


def _locked_draft(version: Version) -> Version:
    locked = Version.objects.in_program(version.program_id).select_for_update().get(pk=version.pk)
    if locked.state != State.DRAFT:
        raise NotADraft
    return locked


@transaction.atomic
def save_draft(*, version: Version, content: dict[str, Any], note: str, by: User) -> Version:
    """Write a draft's content; raises NotADraft."""
    draft = _locked_draft(version)
    draft.content, draft.note = content, note
    draft.save()
    audit.record(by=by, action="agreement.edit", target=draft, program_id=draft.program_id)
    bus.publish(draft.program_id, "agreements")
    return draft


@transaction.atomic
def discard_draft(*, version: Version, by: User) -> None:
    """Throw a draft away; raises NotADraft."""
    draft = _locked_draft(version)
    audit.record(by=by, action="agreement.discard", target=draft, program_id=draft.program_id)
    draft.delete()
    bus.publish(version.program_id, "agreements")


@transaction.atomic
def put_in_force(*, version: Version, by: User | None) -> Version:
    """Retire what ruled and let this draft rule; raises NotADraft.

    Waits for transactions that hold the old version, so nothing is written by it afterwards.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [GATE, version.program_id])
    draft = _locked_draft(version)
    now = timezone.now()
    Version.objects.in_program(draft.program_id).filter(
        kind=draft.kind, state=State.IN_FORCE
    ).update(state=State.RETIRED, retired_at=now)
    draft.state, draft.in_force_at = State.IN_FORCE, now
    draft.save()
    audit.record(
        by=by,
        action="agreement.in_force",
        target=draft,
        program_id=draft.program_id,
        kind=draft.kind,
        number=draft.number,
    )
    bus.publish(draft.program_id, "agreements")
    return draft
