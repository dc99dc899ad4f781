"""Pages of plays: the list that compares them, one play, its editor, and its start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
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

from .actions.starting import NothingToStart, Prospect, Start, preview, start_play
from .actions.templates import bring_back_play, retire_play
from .forms import StartForm, asked_accounts
from .preview_rows import left_out, named, preview_rows
from .queries import (
    ENOUGH_TO_COMPARE,
    Results,
    chosen_accounts,
    play_in,
    play_rows,
    results_of,
    run_rows,
    steps_of,
    was_started,
)

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest
    from campaigns.library.models import Play

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@requires(Permission.READ)
def plays(request: ProgramRequest) -> HttpResponse:
    """All plays side by side, with their outcomes."""
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
    """Choose a play to start on the accounts, or the campaign, that the previous page selected."""
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
    """Choose accounts and a day, see every conflict, then start."""
    row = _find(request, play)
    steps = steps_of(row)
    if row.retired_at or not steps:
        status = 409 if request.method == "POST" else 200
        return render(request, "plays/start.html", {"play": row, "is_closed": True}, status=status)
    form = _start_form(request)
    context: dict[str, Any] = {"play": row, "form": form, "steps": steps}
    if form.is_valid():
        asked = _start_of(row, form)
        if not asked.accounts:
            form.add_error("scope", _("There is no account in it yet."))
        else:
            found = _preview(request, asked)
            if request.POST.get("do") == "start" and _can_start(row, found, form):
                return _started(request, asked, form)
            context |= _with_counts(request, found, form)
    return render(request, "plays/start.html", context, status=422 if form.errors else 200)


def _start_form(request: ProgramRequest) -> StartForm:
    today = timezone.now().astimezone(ZoneInfo(request.program.time_zone)).date()
    # From tomorrow, to leave time for a look at what was started, and only on a business day.
    first = opening_day(today + ONE_DAY, is_day_off)
    initial: dict[str, Any] = {"account": request.GET.getlist("account"), "first_day": first}
    if campaign := number_in(request.GET, "campaign"):
        initial["scope"] = f"campaign-{campaign}"
    return StartForm(
        request.POST or None, membership=request.membership, today=today, initial=initial
    )


def _can_start(play: Play, found: Sequence[Prospect], form: StartForm) -> bool:
    """Whether it can start without another decision; if not, the form says what is missing. A form
    submitted twice has been decided already.
    """
    if was_started(play, form.cleaned_data["key"]):
        return True
    going = [each for each in found if each.account.pk not in form.left_out]
    reason = form.cleaned_data["reason"]
    asking = [each for each in going if each.needs_reason and not reason]
    if not going:
        form.add_error(None, _("Leave at least one account in."))
    elif asking:
        text = ngettext(
            "%(accounts)s needs a reason. Say why, or leave it out below.",
            "%(accounts)s need a reason. Say why, or leave them out below.",
            len(asking),
        )
        form.add_error("reason", text % {"accounts": named([str(one.account) for one in asking])})
    elif not any(each.starts(reason) for each in going):
        form.add_error(None, _("It can start on none of these accounts: each says below why."))
    return not form.errors


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


def _with_counts(
    request: ProgramRequest, found: Sequence[Prospect], form: StartForm
) -> dict[str, Any]:
    """The preview, with the number of accounts for each of its findings."""
    rows, without = preview_rows(request.program, found), form.left_out
    return {
        "rows": rows,
        "without": without,
        "counts": Counter("without" if row.account.pk in without else row.state for row in rows),
        "needs_reason": any(row.state == "warns" for row in rows),
        "can_start": any(each.can_start for each in found),
    }


def _preview(request: ProgramRequest, asked: Start) -> Sequence[Prospect]:
    try:
        return preview(program=request.program, start=asked)
    except NothingToStart:
        return []


def _started(request: ProgramRequest, asked: Start, form: StartForm) -> HttpResponse:
    going = [each for each in asked.accounts if each.pk not in asked.left_out]
    try:
        result = start_play(
            program=request.program,
            start=replace(asked, accounts=going),
            key=form.cleaned_data["key"],
            by=request.user,
            reason=form.cleaned_data["reason"],
        )
    except NothingToStart:
        messages.error(request, _("This play is retired or has no steps."))
        return redirect("plays:play", request.program.slug, asked.play.pk)
    count = len(result.runs)
    text = _("It was started on no account.")
    if count:
        said = ngettext("Started on %(count)d account.", "Started on %(count)d accounts.", count)
        text = said % {"count": count}
    if result.left_out:
        text += " " + left_out(result.left_out)
    (messages.success if count else messages.warning)(request, text)
    return redirect("plays:play", request.program.slug, asked.play.pk)


def _find(request: ProgramRequest, pk: int) -> Play:
    row = play_in(request.program, pk)
    if row is None:
        raise Http404
    return row
