"""Pages of back-tests: starting one, its result, and points suggested from its outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.agreements.actions.drafts import NotADraft
from alignment.agreements.rules import InvalidContent
from alignment.jobs.views import job_context
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.scoring.backtest import running, suggesting
from alignment.scoring.backtest.models import Backtest

from . import queries
from .forms import BacktestForm
from .outcome_rows import said

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.READ, write=Permission.EDIT_AGREEMENTS)
def backtests(request: ProgramRequest) -> HttpResponse:
    """The tests so far, and a form for the next one."""
    form = BacktestForm(
        request.POST or None,
        request.FILES or None,
        program=request.program,
        versions=queries.testable(request.program),
    )
    if request.method == "POST" and form.is_valid():
        try:
            started = running.start(
                version=form.chosen, plan=form.plan, given=form.given, by=request.user
            )
        except InvalidContent as invalid:
            form.add_error("version", str(invalid))
        else:
            return redirect("workspace:backtest", request.program.slug, started.pk)
    context = {
        "form": form,
        "backtests": queries.backtest_list(request.program),
        "closed": running.closed_leads(request.program),
    }
    status = 422 if form.errors else 200
    return render(request, "workspace/backtest/list.html", context, status=status)


@require_safe
@requires(Permission.READ)
def backtest(request: ProgramRequest, backtest_id: int) -> HttpResponse:
    """One result, or the progress while its job runs."""
    found = _found(request, backtest_id)
    context = {
        "backtest": found,
        "missed": queries.missed(found) if found.result and "tested" in found.result else [],
        "left_out": [{"row": row["row"], "problem": said(row)} for row in found.left_out_rows],
        **(job_context(request, found.job) if found.job else {}),
    }
    part = "#backtest" if request.htmx else ""
    return render(request, f"workspace/backtest/result.html{part}", context)


@require_safe
@requires(Permission.READ)
def suggestion(request: ProgramRequest, backtest_id: int) -> HttpResponse:
    """Points that the outcomes suggest, each with its evidence."""
    page = queries.suggestion_page(_found(request, backtest_id))
    return render(request, "workspace/backtest/suggestion.html", {"page": page})


@require_POST
@requires(Permission.EDIT_AGREEMENTS)
def suggest(request: ProgramRequest, backtest_id: int) -> HttpResponse:
    """Start computing the suggested points."""
    found = _found(request, backtest_id)
    try:
        suggesting.suggest(backtest=found, by=request.user)
    except suggesting.CannotSuggest as problem:
        messages.warning(request, str(problem))
    return redirect("workspace:suggestion", request.program.slug, found.pk)


@require_POST
@requires(Permission.EDIT_AGREEMENTS)
def draft(request: ProgramRequest, backtest_id: int) -> HttpResponse:
    """Create a draft from the suggestion, for people to edit and sign."""
    found = _found(request, backtest_id)
    try:
        suggesting.draft_of_suggestion(backtest=found, by=request.user)
    except (suggesting.CannotSuggest, NotADraft, InvalidContent) as problem:
        messages.warning(request, str(problem))
        return redirect("workspace:suggestion", request.program.slug, found.pk)
    messages.success(request, _("A draft with these points. Edit it; both sides sign it."))
    return redirect("scoring:draft", request.program.slug)


def _found(request: ProgramRequest, backtest_id: int) -> Backtest:
    found = queries.find_backtest(request.program, backtest_id)
    if found is None:
        raise Http404
    return found
