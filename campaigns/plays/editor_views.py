"""The editor of plays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alignment.core.edits import Overwritten
from alignment.people.access import requires
from alignment.people.permissions import Permission

from .actions.templates import save_play
from .editor_forms import PlayForm, play_initial, steps_formset, with_another_row
from .queries import play_in, steps_of
from .rules.steps import InvalidPlay, fingerprint

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest
    from campaigns.library.models import Play

form_page = require_http_methods(["GET", "HEAD", "POST"])
ROWS_AT_FIRST = 3


@form_page
@requires(Permission.PLAN_TOUCHES)
def new(request: ProgramRequest) -> HttpResponse:
    return _editor(request, None)


@form_page
@requires(Permission.PLAN_TOUCHES)
def edit(request: ProgramRequest, play: int) -> HttpResponse:
    row = play_in(request.program, play)
    if row is None:
        raise Http404
    return _editor(request, row)


def _editor(request: ProgramRequest, play: Play | None) -> HttpResponse:
    rows = steps_of(play) if play else []
    initial = play_initial(play, rows) if play else {}
    if request.method != "POST":
        steps = steps_formset(request.program, rows=rows, blank=1 if play else ROWS_AT_FIRST)
        return _show(request, play, PlayForm(initial=initial), steps, 200)
    data = request.POST.copy()
    if data.get("do") == "add":
        return _with_another_row(request, play, data)
    form, steps = PlayForm(data, initial=initial), steps_formset(request.program, data, rows=rows)
    is_valid = form.is_valid()
    if not (steps.is_valid() and is_valid):
        return _show(request, play, form, steps, 422)
    try:
        saved = _save(request, play, form, steps)
    except Overwritten as late:
        return _ask_again(request, play, form, steps, late)
    if saved is None:
        return _show(request, play, form, steps, 422)
    messages.success(request, _("Saved."))
    return redirect("plays:play", request.program.slug, saved.pk)


def _with_another_row(request: ProgramRequest, play: Play | None, data: Any) -> HttpResponse:
    """Add an empty row; everything typed is kept."""
    with_another_row(data)
    form = PlayForm(initial={name: data.get(name, "") for name in PlayForm.base_fields})
    steps = steps_formset(request.program, data, rows=steps_of(play) if play else ())
    steps.wait_at_the_last()
    return _show(request, play, form, steps, 200)


def _save(request: ProgramRequest, play: Play | None, form: PlayForm, steps: Any) -> Play | None:
    """None if the rules refuse it: the forms carry the errors. Raises `Overwritten`."""
    try:
        return save_play(
            program=request.program,
            by=request.user,
            steps=steps.steps(),
            play=play,
            seen=form.seen(),
            name=form.cleaned_data["name"],
            goal=form.cleaned_data["goal"],
        )
    except InvalidPlay as invalid:
        for text in steps.take_errors(invalid.errors):
            form.add_error(None, text)
    except ValidationError as invalid:
        form.add_error(None, invalid)
    return None


def _ask_again(
    request: ProgramRequest, read: Play | None, form: PlayForm, steps: Any, late: Overwritten
) -> HttpResponse:
    """Show the stored values beside the typed ones."""
    play = play_in(request.program, read.pk) if read else None
    if play is None:
        raise Http404
    rows = steps_of(play)
    theirs = "steps" in late.fields
    if fingerprint(steps.steps()) == form.cleaned_data["seen_steps"]:
        steps = steps_formset(request.program, rows=rows)
    form.ask_again(late.fields, play_initial(play, rows))
    return _show(request, play, form, steps, 409, stored=rows if theirs else None)


def _show(
    request: ProgramRequest,
    play: Play | None,
    form: PlayForm,
    steps: Any,
    status: int,
    **more: Any,
) -> HttpResponse:
    context = {"play": play, "form": form, "steps": steps, **more}
    return render(request, "plays/edit.html", context, status=status)
