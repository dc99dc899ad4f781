"""Writing the next version of the profile and bringing it in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.agreements.actions import drafts
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import draft_of
from alignment.core.edits import Overwritten
from alignment.people.access import requires
from alignment.people.permissions import Permission

from . import drafting
from .form_context import as_typed, form_context
from .forms import FORMS, CriterionForm, form_of, initial_of, kinds
from .queries_pages import draft_page
from .rules import Criterion, InvalidIcp, parse_icp
from .words import CriterionWords, in_words, kind_title

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

LONGEST_NOTE = 2_000
edits = requires(Permission.EDIT_AGREEMENTS)
form_page = require_http_methods(["GET", "HEAD", "POST"])


def _draft(request: ProgramRequest) -> Version:
    found = draft_of(request.program, Kind.ICP)
    if found is None:
        raise Http404
    return found


def _to_draft(request: ProgramRequest) -> HttpResponse:
    return redirect("icp:draft", request.program.slug)


def _gone(request: ProgramRequest, problem: Exception) -> HttpResponse:
    messages.warning(request, str(problem))
    return redirect("icp:page", request.program.slug)


@require_safe
@edits
def draft(request: ProgramRequest) -> HttpResponse:
    return _draft_page(request)


def _draft_page(request: ProgramRequest, typed_note: str | None = None) -> HttpResponse:
    """`typed_note` is a note that somebody else's came before: both are shown."""
    page = draft_page(program=request.program)
    if page is None:
        return redirect("icp:page", request.program.slug)
    context = {"page": page, "kinds": kinds(), "typed_note": typed_note}
    status = 200 if typed_note is None else 409
    return render(request, "icp/draft.html", context, status=status)


@require_POST
@edits
def note(request: ProgramRequest) -> HttpResponse:
    text = request.POST.get("note", "").replace("\x00", "")[:LONGEST_NOTE]
    seen = request.POST.get("seen")
    try:
        drafting.write_note(version=_draft(request), note=text, by=request.user, seen=seen)
    except Overwritten:
        return _draft_page(request, typed_note=text)
    except drafts.NotADraft as problem:
        return _gone(request, problem)
    messages.success(request, _("Saved."))
    return _to_draft(request)


@form_page
@edits
def add(request: ProgramRequest, kind: str) -> HttpResponse:
    if kind not in FORMS:
        raise Http404
    form = form_of(kind, request.POST or None, asked=request.GET.dict())
    return _criterion(request, form, key=None)


@form_page
@edits
def edit(request: ProgramRequest, key: str) -> HttpResponse:
    """Keeps what was typed even if somebody else has removed the draft or the criterion."""
    found = _criterion_in(draft_of(request.program, Kind.ICP), key)
    kind = found.kind if found else request.POST.get("kind", "")
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST or None, initial=initial_of(found) if found else None)
    return _criterion(request, form, key=key)


def _criterion_in(version: Version | None, key: str) -> Criterion | None:
    criteria = parse_icp(version.content).criteria if version else ()
    return next((criterion for criterion in criteria if criterion.key == key), None)


def _criterion(request: ProgramRequest, form: CriterionForm, key: str | None) -> HttpResponse:
    """Show the form; save it unless the person only searched in a picker."""
    version = draft_of(request.program, Kind.ICP)
    searching = "find" in request.POST
    if request.method == "POST" and not searching and version is not None and form.is_valid():
        try:
            drafting.put_criterion(
                version=version,
                criterion=form.values(),
                key=key,
                by=request.user,
                seen=request.POST.get("seen") if key else None,
            )
        except InvalidIcp as invalid:
            form.take_errors(invalid.errors)
        except drafts.NotADraft:
            version = None
        except drafting.CriterionChanged as changed:
            return _form(request, form, version, key if changed.row else None, theirs=changed)
        else:
            return _to_draft(request)
    if version is None and request.method != "POST":
        raise Http404
    return _form(request, as_typed(form) if searching else form, version, key)


def _form(
    request: ProgramRequest,
    form: CriterionForm,
    version: Version | None,
    key: str | None,
    theirs: drafting.CriterionChanged | None = None,
) -> HttpResponse:
    """`version` is None when the draft is gone; `theirs` is somebody else's change."""
    context = form_context(form, key=key, search=request.POST.get("search", ""))
    context |= {
        "title": kind_title(form.kind),
        "is_new": key is None,
        "version": version,
        "theirs": theirs,
        "their_words": _row_words(theirs.row) if theirs and theirs.row else None,
        "seen": _seen(request, version, key, theirs),
    }
    status = 409 if version is None or theirs else 422 if form.is_bound else 200
    return render(request, "icp/criterion.html", context, status=status)


def _row_words(row: drafting.Row) -> CriterionWords:
    [words] = in_words(parse_icp({"criteria": [row]}).criteria)
    return words


def _seen(
    request: ProgramRequest,
    version: Version | None,
    key: str | None,
    theirs: drafting.CriterionChanged | None,
) -> str:
    """The criterion behind the form: the one that was read, or theirs after a conflict."""
    if theirs is not None:
        return drafting.seal(theirs.row) if theirs.row else ""
    if request.method == "POST":
        return request.POST.get("seen", "")
    rows = version.content.get("criteria", []) if version else []
    return next((drafting.seal(row) for row in rows if row.get("key") == key), "")


@require_POST
@edits
def remove(request: ProgramRequest, key: str) -> HttpResponse:
    try:
        drafting.remove_criterion(version=_draft(request), key=key, by=request.user)
    except drafts.NotADraft as problem:
        return _gone(request, problem)
    return _to_draft(request)


@require_POST
@edits
def move(request: ProgramRequest, key: str) -> HttpResponse:
    up = request.POST.get("to") == "up"
    try:
        drafting.move_criterion(version=_draft(request), key=key, up=up, by=request.user)
    except drafts.NotADraft as problem:
        return _gone(request, problem)
    return _to_draft(request)
