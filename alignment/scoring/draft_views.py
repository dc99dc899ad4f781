"""Writing the next scoring model and bringing it in force."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from alignment.agreements import draft_views as drafting
from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import draft_of, in_force
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.reference.names import name_key

from .agreement import remarks
from .forms import ModelForm
from .lint import by_place
from .queries_pages import changes, signal_names
from .rules import parse_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alignment.agreements.rules import Change
    from alignment.people.requests import ProgramRequest

edits = requires(Permission.EDIT_AGREEMENTS)
form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@edits
def draft(request: ProgramRequest) -> HttpResponse:
    """The whole model in one form. A button named `do` changes rows; only `save` stores them."""
    version = draft_of(request.program, Kind.SCORING)
    if version is None and request.method != "POST":
        return redirect("scoring:page", request.program.slug)
    names = signal_names(request.program)
    signals = sorted(names.items(), key=lambda pair: name_key(pair[1]))
    if request.method != "POST":
        assert version is not None
        form = ModelForm(signals=signals, model=parse_model(version.content), note=version.note)
        return _editor(request, version, form)
    form = ModelForm(signals=signals, data=request.POST, rows=request.POST.getlist("row"))
    if version is None:
        return _editor(request, None, form, status=HTTPStatus.CONFLICT)
    wish = request.POST.get("do", "save")
    if wish != "save":
        form = form.loosened()
        _rearrange(form, wish)
        return _editor(request, version, form)
    unsaved = drafting.save(request, version, form)
    if unsaved is None:
        return redirect("scoring:draft", request.program.slug)
    return _editor(request, unsaved.version, form, status=unsaved.status, theirs=unsaved.theirs)


def _rearrange(form: ModelForm, wish: str) -> None:
    verb, _separator, which = wish.partition(":")
    if verb == "add":
        form.add(which if which in ("fit", "engagement") else "engagement")
    elif verb == "remove":
        form.remove(which)
    elif verb in ("up", "down"):
        form.move(which, -1 if verb == "up" else 1)


def _editor(
    request: ProgramRequest,
    version: Version | None,
    form: ModelForm,
    *,
    status: int = HTTPStatus.OK,
    theirs: Sequence[Change] = (),
) -> HttpResponse:
    """`version` is None when the draft is gone; `theirs` lists what another save changed."""
    current = in_force(request.program, Kind.SCORING)
    content, row_of = form.sketch()
    said = by_place(remarks(request.program, content), row_of)
    context = {
        "lines": [(row, rule, said.get(row, [])) for row, rule in form.lines],
        "remarks": said,
        "current": current,
        "form": form,
        "changes": changes(version=version, current=current) if version else [],
        **drafting.editor_context(request, version, status=status, theirs=theirs),
    }
    part = "#editor" if getattr(request, "htmx", False) else ""
    return render(request, f"scoring/draft.html{part}", context, status=status)
