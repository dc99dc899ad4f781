"""Pages of plays: the list that compares them, one play, its editor, and its start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission
from campaigns.calendar.days_off import is_day_off
from campaigns.calendar.rules.days import ONE_DAY, opening_day

from .actions.starting import NothingToStart, Start, preview, start_play
from .actions.templates import bring_back_play, retire_play, save_play
from .forms import PlayForm, StartForm, asked_accounts, steps_formset
from .preview_rows import preview_rows
from .queries import (
    ENOUGH_TO_COMPARE,
    Results,
    chosen_accounts,
    play_in,
    play_rows,
    results_of,
    run_rows,
    steps_of,
)
from .rules.steps import InvalidPlay

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest
    from campaigns.library.models import Play

    from .preview_rows import PreviewRow

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@requires(Permission.READ)
def plays(request: ProgramRequest) -> HttpResponse:
    """What we have, side by side with what came of it."""
    is_retired = request.GET.get("show") == "retired"
    rows = play_rows(request.program, is_retired=is_retired, now=timezone.now())
    context = {"rows": rows, "is_retired": is_retired, "enough": ENOUGH_TO_COMPARE}
    return render(request, "plays/list.html", context)


@require_safe
@requires(Permission.READ)
def play_page(request: ProgramRequest, play: int) -> HttpResponse:
    row = _find(request, play)
    runs, older = run_rows(row, before=number_in(request.GET, "before"))
    context = {
        "play": row,
        "steps": steps_of(row),
        "results": results_of(request.program, [row.pk], timezone.now()).get(row.pk, Results()),
        "enough": ENOUGH_TO_COMPARE,
        "runs": runs,
        "older": older,
    }
    return render(request, "plays/play.html", context)


@form_page
@requires(Permission.PLAN_TOUCHES)
def new(request: ProgramRequest) -> HttpResponse:
    return _editor(request, None)


@form_page
@requires(Permission.PLAN_TOUCHES)
def edit(request: ProgramRequest, play: int) -> HttpResponse:
    return _editor(request, _find(request, play))


@require_POST
@requires(Permission.PLAN_TOUCHES)
def retire(request: ProgramRequest, play: int) -> HttpResponse:
    retire_play(play=_find(request, play), by=request.user)
    messages.success(request, _("The play is retired. What it started goes on."))
    return redirect("plays:play", request.program.slug, play)


@require_POST
@requires(Permission.PLAN_TOUCHES)
def bring_back(request: ProgramRequest, play: int) -> HttpResponse:
    bring_back_play(play=_find(request, play), by=request.user)
    messages.success(request, _("The play can be started again."))
    return redirect("plays:play", request.program.slug, play)


@require_safe
@requires(Permission.PLAN_TOUCHES)
def choose(request: ProgramRequest) -> HttpResponse:
    """Which play to start on the accounts, or the campaign, that a page was left for."""
    asked = asked_accounts(request.GET.getlist("account"))
    kept = {"account": asked, "campaign": number_in(request.GET, "campaign") or ""}
    context = {
        "rows": play_rows(request.program, is_retired=False, now=timezone.now()),
        "accounts": list(chosen_accounts(request.program, asked)),
        "query": urlencode({name: value for name, value in kept.items() if value}, doseq=True),
    }
    return render(request, "plays/choose.html", context)


@form_page
@requires(Permission.PLAN_TOUCHES)
def start(request: ProgramRequest, play: int) -> HttpResponse:
    """Choose accounts and a day, see everything that it would meet, then start."""
    row = _find(request, play)
    today = timezone.now().astimezone(ZoneInfo(request.program.time_zone)).date()
    # There is time to look at what was started, and nobody writes on a Sunday.
    first = opening_day(today + ONE_DAY, is_day_off)
    initial: dict[str, Any] = {"account": request.GET.getlist("account"), "first_day": first}
    if campaign := number_in(request.GET, "campaign"):
        initial["scope"] = f"campaign-{campaign}"
    form = StartForm(
        request.POST or None, membership=request.membership, today=today, initial=initial
    )
    context: dict[str, Any] = {"play": row, "form": form, "steps": steps_of(row)}
    if form.is_valid():
        asked = _start_of(row, form)
        if not asked.accounts:
            form.add_error("scope", _("There is no account in it yet."))
        elif request.POST.get("do") != "start":
            context |= _looked(request, asked, form)
        elif going := [each for each in asked.accounts if each.pk not in form.left_out]:
            return _started(request, replace(asked, accounts=going), form)
        else:
            form.add_error(None, _("Leave at least one account in."))
            context |= _looked(request, asked, form)
    return render(request, "plays/start.html", context, status=422 if form.errors else 200)


def _start_of(play: Play, form: StartForm) -> Start:
    return Start(
        play=play,
        accounts=form.accounts(),
        first_day=form.cleaned_data["first_day"],
        choices=form.choices(),
        campaign=form.campaign(),
        gives_way=form.cleaned_data["gives_way"],
        again=form.cleaned_data["again"],
        left_out=frozenset(form.left_out),
    )


def _looked(request: ProgramRequest, asked: Start, form: StartForm) -> dict[str, Any]:
    """The preview, and of how many accounts it says what."""
    rows, without = _preview(request, asked), form.left_out
    return {
        "rows": rows,
        "without": without,
        "counts": Counter("without" if row.account.pk in without else row.state for row in rows),
        "needs_reason": any(row.state == "warns" for row in rows),
    }


def _preview(request: ProgramRequest, asked: Start) -> Sequence[PreviewRow]:
    try:
        found = preview(program=request.program, start=asked)
    except NothingToStart:
        return []
    return preview_rows(request.program, found)


def _started(request: ProgramRequest, asked: Start, form: StartForm) -> HttpResponse:
    try:
        result = start_play(
            program=request.program,
            start=asked,
            key=form.cleaned_data["key"],
            by=request.user,
            reason=form.cleaned_data["reason"],
        )
    except NothingToStart:
        messages.error(request, _("This play is retired or has no steps."))
        return redirect("plays:play", request.program.slug, asked.play.pk)
    count = len(result.runs)
    text = ngettext("Started on %(count)d account.", "Started on %(count)d accounts.", count) % {
        "count": count
    }
    if result.left_out:
        left = len(result.left_out)
        text += " " + ngettext("%(count)d was left out.", "%(count)d were left out.", left) % {
            "count": left
        }
    (messages.success if count else messages.warning)(request, text)
    return redirect("plays:play", request.program.slug, asked.play.pk)


def _editor(request: ProgramRequest, play: Play | None) -> HttpResponse:
    is_post = request.method == "POST"
    data = request.POST.copy() if is_post else None
    if data is not None and data.get("do") == "add":
        return _with_another_row(request, play, data)
    initial = {"name": play.name, "goal": play.goal} if play else {}
    form = PlayForm(data, initial=initial)
    steps = steps_formset(
        request.program, data, rows=steps_of(play) if play else (), blank=1 if play else 3
    )
    if is_post and form.is_valid() and steps.is_valid():
        saved = _save(request, play, form, steps)
        if saved is not None:
            messages.success(request, _("Saved."))
            return redirect("plays:play", request.program.slug, saved.pk)
    return _show_editor(request, play, form, steps, is_post)


def _with_another_row(request: ProgramRequest, play: Play | None, data: Any) -> HttpResponse:
    """One more empty row; what was typed stays as it was."""
    rows = data.get("steps-TOTAL_FORMS", "0")
    data["steps-TOTAL_FORMS"] = str(int(rows) + 1 if rows.isdigit() and len(rows) < 3 else 1)
    form = PlayForm(initial={"name": data.get("name"), "goal": data.get("goal")})
    steps = steps_formset(request.program, data)
    for row in steps.forms:
        row.empty_permitted = True
    return _show_editor(request, play, form, steps, is_post=False)


def _save(request: ProgramRequest, play: Play | None, form: PlayForm, steps: Any) -> Play | None:
    try:
        return save_play(
            program=request.program,
            by=request.user,
            name=form.cleaned_data["name"],
            goal=form.cleaned_data["goal"],
            steps=steps.steps(),
            play=play,
        )
    except InvalidPlay as invalid:
        for text in steps.take_errors(invalid.errors):
            form.add_error(None, text)
    except ValidationError as invalid:
        form.add_error(None, invalid)
    return None


def _show_editor(
    request: ProgramRequest, play: Play | None, form: PlayForm, steps: Any, is_post: bool
) -> HttpResponse:
    context = {"play": play, "form": form, "steps": steps}
    return render(request, "plays/edit.html", context, status=422 if is_post else 200)


def _find(request: ProgramRequest, pk: int) -> Play:
    row = play_in(request.program, pk)
    if row is None:
        raise Http404
    return row
