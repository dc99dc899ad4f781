"""Writing a draft. The room that carries the agreement out decides whether its content is valid."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alignment.core import audit
from alignment.core.live import bus
from alignment.people.actions.programs import lock_program
from alignment.people.models import Program, User

from ..handlers import handlers_of
from ..models import Kind, State, Version
from ..queries import in_force, open_version


class NotADraft(Exception):
    """The version has meanwhile left draft; its content can no longer change."""

    def __init__(self) -> None:
        super().__init__(_("This version is no longer a draft, so it can't be changed."))


class DraftChanged(Exception):
    """Somebody else saved since the person read the draft. `draft` is its current state."""

    def __init__(self, draft: Version) -> None:
        super().__init__(_("Somebody else saved this draft while you were writing."))
        self.draft = draft


@transaction.atomic
def start_draft(
    *,
    program: Program,
    kind: Kind,
    by: User | None,
    content: dict[str, Any] | None = None,
    note: str = "",
) -> Version:
    """The open draft, or a new one that starts from `content` or from the version in force.

    Raises `NotADraft` while a proposal waits for its signatures.
    """
    lock_program(program)
    existing = open_version(program, kind)
    if existing is not None:
        if existing.state != State.DRAFT:
            raise NotADraft
        return existing
    current = in_force(program, kind)
    newest = Version.objects.in_program(program).filter(kind=kind).order_by("-number").first()
    draft = Version.objects.create(
        program=program,
        kind=kind,
        number=newest.number + 1 if newest else 1,
        content=content if content is not None else (current.content if current else {}),
        note=note,
        created_by=by,
    )
    audit.record(by=by, action="agreement.draft", target=draft, program_id=program.pk)
    publish(draft)
    return draft


def locked_draft(version: Version) -> Version:
    """The current draft, locked; raises `NotADraft`."""
    found = Version.objects.in_program(version.program_id).select_for_update().filter(pk=version.pk)
    draft = found.first()
    if draft is None or draft.state != State.DRAFT:
        raise NotADraft
    return draft


@transaction.atomic
def save_draft(
    *,
    version: Version,
    content: dict[str, Any],
    note: str,
    by: User,
    seen: datetime | None = None,
) -> Version:
    """Write a draft's content; raises `NotADraft`, and `InvalidContent` for invalid content.

    `seen` is the `updated_at` of the draft that the person read; raises `DraftChanged` if the draft
    has been saved since.
    """
    draft = locked_draft(version)
    if seen is not None and seen != draft.updated_at:
        raise DraftChanged(draft)
    handlers_of(draft.kind).check(draft.program, content)
    draft.content, draft.note = content, note
    draft.save()
    audit.record(by=by, action="agreement.edit", target=draft, program_id=draft.program_id)
    publish(draft)
    return draft


@transaction.atomic
def discard_draft(*, version: Version, by: User) -> None:
    """Delete a draft; raises `NotADraft`."""
    draft = locked_draft(version)
    audit.record(by=by, action="agreement.discard", target=draft, program_id=draft.program_id)
    draft.delete()
    publish(version)


def publish(version: Version) -> None:
    """Notify open pages of the agreement."""
    bus.publish(version.program_id, "agreements", f"agreement-{version.kind}")
