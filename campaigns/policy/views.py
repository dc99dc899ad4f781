"""Reading the contact policy, and writing the next one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from alignment.agreements import draft_views as drafting
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import draft_of, in_force
from alignment.people.access import requires
from alignment.people.permissions import Permission

from .forms import PolicyForm
from .lint import remarks_on
from .queries import changes, policy_page, version_numbered
from .rules import parse_policy
from .words import lines_of

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


@form_page
@edits
def draft(request: ProgramRequest) -> HttpResponse:
    """The whole policy in one form; the input is kept even if the draft is gone."""
    found = draft_of(request.program, Kind.POLICY)
    if request.method == "POST":
        form = PolicyForm(request.POST)
        if found is None:
            return _editor(request, None, form, status=HTTPStatus.CONFLICT)
        unsaved = drafting.save(request, found, form)
        if unsaved is None:
            return redirect("policy:draft", request.program.slug)
        return _editor(request, unsaved.version, form, status=unsaved.status, theirs=unsaved.theirs)
    if found is None:
        return redirect("policy:page", request.program.slug)
    form = PolicyForm.of(parse_policy(found.content), found.content, found.note)
    return _editor(request, found, form)


def _editor(
    request: ProgramRequest,
    found: Version | None,
    form: PolicyForm,
    *,
    status: int = HTTPStatus.OK,
    theirs: Sequence[Change] = (),
) -> HttpResponse:
    """`found` is None if the draft is gone; `theirs` are differences from another person's save."""
    current = in_force(request.program, Kind.POLICY)
    context = {
        "current": current,
        "form": form,
        "remarks": remarks_on(parse_policy(found.content)) if found else [],
        "changes": changes(version=found, current=current) if found else [],
        **drafting.editor_context(request, found, status=status, theirs=theirs),
    }
    return render(request, "policy/draft.html", context, status=status)
