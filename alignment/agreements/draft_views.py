"""Starting, saving and discarding a draft of any agreement."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alignment.people.access import requires
from alignment.people.permissions import Permission

from .actions import drafts
from .handlers import handlers_of
from .models import Kind, Version
from .queries import draft_of
from .rules import Change, InvalidContent, diff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.people.requests import ProgramRequest

edits = requires(Permission.EDIT_AGREEMENTS)


class DraftForm(Protocol):
    """A form that holds the whole agreement."""

    @property
    def why(self) -> str:
        """The reason for the change, as the person wrote it."""

    def is_valid(self) -> bool: ...

    def content(self) -> dict[str, Any]: ...

    def take_errors(self, errors: dict[str, str]) -> None:
        """Show validation errors, keyed by path into the content."""


class Unsaved(NamedTuple):
    """Why a draft was not saved.

    `version` is the current draft, None if it is gone; `theirs` lists how another person's save
    differs.
    """

    version: Version | None
    status: HTTPStatus
    theirs: list[Change]


@require_POST
@edits
def start(request: ProgramRequest, kind: Kind) -> HttpResponse:
    """Start a draft from the version in force; if a proposal is waiting, show that instead."""
    try:
        drafts.start_draft(program=request.program, kind=kind, by=request.user)
    except drafts.NotADraft:
        messages.warning(request, _("Another version is open: settle that one first."))
        return redirect("agreements:open", request.program.slug, kind)
    return redirect(f"{kind}:draft", request.program.slug)


@require_POST
@edits
def discard(request: ProgramRequest, kind: Kind) -> HttpResponse:
    version = draft_of(request.program, kind)
    if version is None:
        raise Http404
    try:
        drafts.discard_draft(version=version, by=request.user)
    except drafts.NotADraft as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("The draft is gone. What is in force stays as it is."))
    return redirect(f"{kind}:page", request.program.slug)


def save(request: ProgramRequest, version: Version, form: DraftForm) -> Unsaved | None:
    """Save the form's content and confirm it to the person; None on success."""
    invalid = Unsaved(version, HTTPStatus.UNPROCESSABLE_ENTITY, [])
    if not form.is_valid():
        return invalid
    content = form.content()
    try:
        drafts.save_draft(
            version=version,
            content=content,
            note=form.why,
            by=request.user,
            seen=parse_datetime(request.POST.get("seen", "")[:40]),
        )
    except InvalidContent as refused:
        form.take_errors(refused.errors)
        return invalid
    except drafts.NotADraft:
        return Unsaved(None, HTTPStatus.CONFLICT, [])
    except drafts.DraftChanged as changed:
        contents = [content, changed.draft.content]
        mine, stored = handlers_of(version.kind).clauses(request.program, contents)
        return Unsaved(changed.draft, HTTPStatus.CONFLICT, diff(mine, stored))
    messages.success(request, _("Draft saved."))
    return None


def editor_context(
    request: ProgramRequest,
    version: Version | None,
    *,
    status: int = HTTPStatus.OK,
    theirs: Sequence[Change] = (),
) -> dict[str, Any]:
    """What every editor of a draft shows around its form.

    `version` is None if the draft is gone; `theirs` lists how another person's save differs.
    """
    return {
        "version": version,
        "unsaved": request.method == "POST",
        "seen": _seen(request, version, refreshed=status == HTTPStatus.CONFLICT),
        "conflict": status == HTTPStatus.CONFLICT,
        "theirs": theirs,
    }


def _seen(request: ProgramRequest, version: Version | None, *, refreshed: bool) -> str:
    """The save that the form is based on: the one that was read, or the newest after a conflict."""
    if request.method == "POST" and not refreshed:
        return request.POST.get("seen", "")[:40]
    return version.updated_at.isoformat() if version else ""
