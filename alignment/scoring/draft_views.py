"""Writing the next scoring model and putting it in force."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alignment.agreements.actions import drafts
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import draft_of, in_force
from alignment.agreements.rules import diff
from alignment.people.access import requires
from alignment.people.permissions import Permission

from .actions import models as actions
from .agreement import clauses, remarks
from .forms import ModelForm
from .lint import by_place
from .queries_pages import changes, signal_names
from .rules import InvalidModel, parse_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.agreements.rules import Change
    from alignment.people.requests import ProgramRequest

edits = requires(Permission.EDIT_AGREEMENTS)
form_page = require_http_methods(["GET", "HEAD", "POST"])


def _draft(request: ProgramRequest) -> Version:
    found = draft_of(request.program, Kind.SCORING)
    if found is None:
        raise Http404
    return found


def _gone(request: ProgramRequest, problem: Exception) -> HttpResponse:
    messages.warning(request, str(problem))
    return redirect("scoring:page", request.program.slug)


@require_POST
@edits
def start(request: ProgramRequest) -> HttpResponse:
    drafts.start_draft(program=request.program, kind=Kind.SCORING, by=request.user)
    return redirect("scoring:draft", request.program.slug)


@require_POST
@edits
def discard(request: ProgramRequest) -> HttpResponse:
    try:
        drafts.discard_draft(version=_draft(request), by=request.user)
    except drafts.NotADraft as problem:
        return _gone(request, problem)
    messages.success(request, _("The draft is gone. What is in force stays as it is."))
    return redirect("scoring:page", request.program.slug)


@form_page
@edits
def draft(request: ProgramRequest) -> HttpResponse:
    """The whole model in one form. A button named `do` changes rows; only `save` keeps them."""
    version = draft_of(request.program, Kind.SCORING)
    if version is None and request.method != "POST":
        return redirect("scoring:page", request.program.slug)
    names = signal_names(request.program)
    signals = sorted(names.items(), key=lambda pair: pair[1].lower())
    if request.method != "POST":
        assert version is not None
        form = ModelForm(signals=signals, model=parse_model(version.content), note=version.note)
        return _editor(request, version, form)
    form = ModelForm(signals=signals, data=request.POST, rows=request.POST.getlist("row"))
    if version is None:
        return _editor(request, None, form, status=409, unsaved=True)
    wish = request.POST.get("do", "save")
    if wish != "save":
        form = form.loosened()
        _rearrange(form, wish)
        return _editor(request, version, form, unsaved=True)
    return _save(request, version, form)


def _rearrange(form: ModelForm, wish: str) -> None:
    verb, _separator, which = wish.partition(":")
    if verb == "add":
        form.add(which if which in ("fit", "engagement") else "engagement")
    elif verb == "remove":
        form.remove(which)
    elif verb in ("up", "down"):
        form.move(which, -1 if verb == "up" else 1)


def _save(request: ProgramRequest, version: Version, form: ModelForm) -> HttpResponse:
    theirs: list[Change] = []
    status = 422
    if form.is_valid():
        content = form.content()
        try:
            actions.save_draft(
                version=version,
                content=content,
                note=form.note,
                by=request.user,
                seen=parse_datetime(request.POST.get("seen", "")[:40]),
            )
        except InvalidModel as invalid:
            form.take_errors(invalid.errors)
        except drafts.NotADraft:
            return _editor(request, None, form, status=409, unsaved=True)
        except drafts.DraftChanged as changed:
            version, status = changed.draft, 409
            mine, stored = clauses(request.program, [content, version.content])
            theirs = diff(mine, stored)
        else:
            messages.success(request, _("Draft saved."))
            return redirect("scoring:draft", request.program.slug)
    return _editor(request, version, form, status=status, unsaved=True, theirs=theirs)


def _editor(
    request: ProgramRequest,
    version: Version | None,
    form: ModelForm,
    *,
    status: int = 200,
    unsaved: bool = False,
    theirs: Sequence[Change] = (),
) -> HttpResponse:
    """`version` is None when the draft is gone, `theirs` what another person's save says otherwise."""
    current = in_force(request.program, Kind.SCORING)
    content, row_of = form.sketch()
    said = by_place(remarks(request.program, content), row_of)
    context = {
        "lines": [(row, rule, said.get(row, [])) for row, rule in form.lines],
        "remarks": said,
        "version": version,
        "current": current,
        "form": form,
        "unsaved": unsaved,
        "changes": changes(version=version, current=current) if version else [],
        "seen": _moment(request, version, refreshed=status == HTTPStatus.CONFLICT),
        "conflict": status == HTTPStatus.CONFLICT,
        "theirs": theirs,
    }
    part = "#editor" if getattr(request, "htmx", False) else ""
    return render(request, f"scoring/draft.html{part}", context, status=status)


def _moment(request: ProgramRequest, version: Version | None, *, refreshed: bool) -> str:
    """Which save the form starts from: the one that was read, or after a conflict the newest."""
    if request.method == "POST" and not refreshed:
        return request.POST.get("seen", "")[:40]
    return version.updated_at.isoformat() if version else ""
