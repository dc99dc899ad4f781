"""The contact policy as everybody reads it, and writing the next one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.agreements.actions import drafts
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import draft_of, in_force
from alignment.agreements.rules import diff
from alignment.people.access import requires
from alignment.people.permissions import Permission

from .actions.drafting import save_draft
from .forms import PolicyForm
from .lint import remarks_on
from .queries import changes, policy_page, version_numbered
from .rules import InvalidPolicy, parse_policy
from .words import clauses_of, lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.agreements.rules import Change
    from alignment.people.requests import ProgramRequest

edits = requires(Permission.EDIT_AGREEMENTS)
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@requires(Permission.READ)
def page(request: ProgramRequest) -> HttpResponse:
    return render(request, "policy/page.html", {"page": policy_page(program=request.program)})


@require_safe
@requires(Permission.READ)
def version(request: ProgramRequest, number: int) -> HttpResponse:
    found = version_numbered(program=request.program, number=number)
    if found is None:
        raise Http404
    context = {"version": found, "lines": lines_of(found.content)}
    return render(request, "policy/version.html", context)


@require_POST
@edits
def start(request: ProgramRequest) -> HttpResponse:
    """A draft from what is in force; while a proposal waits, that is shown instead."""
    try:
        drafts.start_draft(program=request.program, kind=Kind.POLICY, by=request.user)
    except drafts.NotADraft:
        messages.warning(request, _("Another version is open: settle that one first."))
        return redirect("agreements:open", request.program.slug, Kind.POLICY)
    return redirect("policy:draft", request.program.slug)


@require_POST
@edits
def discard(request: ProgramRequest) -> HttpResponse:
    found = draft_of(request.program, Kind.POLICY)
    if found is None:
        raise Http404
    try:
        drafts.discard_draft(version=found, by=request.user)
    except drafts.NotADraft as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("The draft is gone. What is in force stays as it is."))
    return redirect("policy:page", request.program.slug)


@form_page
@edits
def draft(request: ProgramRequest) -> HttpResponse:
    """The whole policy in one form; what was typed outlives a draft that is gone."""
    found = draft_of(request.program, Kind.POLICY)
    if request.method == "POST":
        form = PolicyForm(request.POST)
        if found is None:
            return _editor(request, None, form, status=HTTPStatus.CONFLICT)
        return _save(request, found, form)
    if found is None:
        return redirect("policy:page", request.program.slug)
    form = PolicyForm.of(parse_policy(found.content), found.content, found.note)
    return _editor(request, found, form)


def _save(request: ProgramRequest, found: Version, form: PolicyForm) -> HttpResponse:
    theirs: list[Change] = []
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        content = form.content()
        try:
            save_draft(
                version=found,
                content=content,
                note=form.cleaned_data["note"],
                by=request.user,
                seen=parse_datetime(request.POST.get("seen", "")[:40]),
            )
        except InvalidPolicy as invalid:
            form.take_errors(invalid.errors)
        except drafts.NotADraft:
            return _editor(request, None, form, status=HTTPStatus.CONFLICT)
        except drafts.DraftChanged as changed:
            found, status = changed.draft, HTTPStatus.CONFLICT
            theirs = diff(clauses_of(content), clauses_of(found.content))
        else:
            messages.success(request, _("Draft saved."))
            return redirect("policy:draft", request.program.slug)
    return _editor(request, found, form, status=status, theirs=theirs)


def _editor(
    request: ProgramRequest,
    found: Version | None,
    form: PolicyForm,
    *,
    status: int = HTTPStatus.OK,
    theirs: Sequence[Change] = (),
) -> HttpResponse:
    """`found` is None when the draft is gone, `theirs` what another person's save says otherwise."""
    current = in_force(request.program, Kind.POLICY)
    is_conflict = status == HTTPStatus.CONFLICT
    context = {
        "version": found,
        "current": current,
        "form": form,
        "is_saved": status == HTTPStatus.OK,
        "is_conflict": is_conflict,
        "remarks": remarks_on(parse_policy(found.content)) if found else [],
        "changes": changes(version=found, current=current) if found else [],
        "seen": _moment(request, found, refreshed=is_conflict),
        "theirs": theirs,
    }
    return render(request, "policy/draft.html", context, status=status)


def _moment(request: ProgramRequest, found: Version | None, *, refreshed: bool) -> str:
    """Which save the form starts from: the one that was read, or after a conflict the newest."""
    if request.method == "POST" and not refreshed:
        return request.POST.get("seen", "")[:40]
    return found.updated_at.isoformat() if found else ""
