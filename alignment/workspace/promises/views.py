"""Promises for both teams: running and broken ones, and who answers for them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.people.access import requires
from alignment.people.permissions import Permission, Seat
from alignment.sla.actions import answers
from alignment.sla.models import Clock
from alignment.sla.rules.answers import may_acknowledge, may_ask, may_decide
from alignment.workspace.leads.replies import gone_to

from . import queries
from .filters import PromiseFilter
from .forms import AnswerForm, ExcuseForm, VerdictForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from alignment.people.requests import ProgramRequest

    from .queries import PromiseDetail


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def promises(request: ProgramRequest) -> HttpResponse:
    """What this person has to answer, then the list."""
    program, asked = request.program, PromiseFilter.read(request.GET)
    page = queries.promise_page(
        program=program, asked=asked, user_id=request.user.pk, place=request.GET.dict()
    )
    context: dict[str, Any] = {
        "asked": asked,
        "page": page,
        "needed": queries.needed_by(request.membership),
        "tabs": _tabs(request, asked),
        "clauses": queries.clauses_offered(program),
    }
    part = "#promises" if request.htmx else ""
    return render(request, f"workspace/promises/list.html{part}", context)


def _tabs(request: ProgramRequest, asked: PromiseFilter) -> list[tuple[str, str, bool, int | None]]:
    counts = queries.tab_counts(program=request.program, asked=asked, user_id=request.user.pk)
    labels = {
        "running": _("To keep"),
        "broken": pgettext("promises", "Broken"),
        "kept": pgettext("promises", "Kept"),
        "excused": pgettext("promises", "Excused"),
    }
    return [
        (label, asked.as_query(state=state), asked.state == state, counts.get(state))
        for state, label in labels.items()
    ]


def _detail(request: ProgramRequest, clock_id: int) -> PromiseDetail:
    found = queries.promise_in(program=request.program, clock_id=clock_id)
    if found is None:
        raise Http404
    return found


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def promise(request: ProgramRequest, clock_id: int) -> HttpResponse:
    return _show(request, _detail(request, clock_id))


def _show(
    request: ProgramRequest, detail: PromiseDetail, status: int = 200, **forms: Any
) -> HttpResponse:
    """The page; `forms` carries a refused form with its input."""
    clock, seat = detail.line.clock, Seat.of(request.membership)
    asked = detail.dispute
    context = {
        "detail": detail,
        "line": detail.line,
        "clock": clock,
        "answer_form": forms.get("answer", AnswerForm()),
        "excuse_form": forms.get("excuse", ExcuseForm()),
        "verdict_form": forms.get("verdict", VerdictForm()),
        "may_answer": detail.open_escalation is not None and may_acknowledge(seat, clock.side),
        "may_ask": asked is None and _is_broken(clock) and may_ask(seat, clock.side),
        "may_judge": asked is not None and asked.granted is None and may_decide(seat, clock.side),
    }
    part = "#promise" if request.htmx and status == 200 else ""
    return render(request, f"workspace/promises/promise.html{part}", context, status=status)


def _is_broken(clock: Clock) -> bool:
    return clock.state == Clock.State.BROKEN


def _after(
    request: ProgramRequest, detail: PromiseDetail, change: Callable[[], object], text: str
) -> HttpResponse:
    """Make the change and show the promise again; the second person sees what the first did."""
    url = reverse("workspace:promise", args=[request.program.slug, detail.line.clock.pk])
    try:
        change()
    except answers.NotYours as refused:
        raise PermissionDenied(str(refused)) from refused
    except (answers.AlreadyAnswered, answers.NotPossible) as late:
        return gone_to(request, url, str(late), messages.WARNING)
    return gone_to(request, url, text)


@require_POST
@requires(Permission.WORK_LEADS)
def answer(request: ProgramRequest, clock_id: int) -> HttpResponse:
    """Acknowledge the open escalation, with what will be done."""
    detail = _detail(request, clock_id)
    if not detail.escalations:
        raise Http404
    # If somebody has answered meanwhile, the action refuses and names them.
    escalation = detail.open_escalation or detail.escalations[-1]
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, detail, 422, answer=form)
    change = partial(answers.acknowledge, escalation=escalation, by=request.user)
    return _after(
        request, detail, partial(change, **form.cleaned_data), _("Noted. Both teams see it.")
    )


@require_POST
@requires(Permission.WORK_LEADS)
def excuse(request: ProgramRequest, clock_id: int) -> HttpResponse:
    detail = _detail(request, clock_id)
    form = ExcuseForm(request.POST)
    if not form.is_valid():
        return _show(request, detail, 422, excuse=form)
    change = partial(answers.dispute, clock=detail.line.clock, by=request.user)
    text = _("The other side decides. You will hear of it.")
    return _after(request, detail, partial(change, **form.cleaned_data), text)


@require_POST
@requires(Permission.WORK_LEADS)
def verdict(request: ProgramRequest, clock_id: int) -> HttpResponse:
    detail = _detail(request, clock_id)
    if detail.dispute is None:
        raise Http404
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _show(request, detail, 422, verdict=form)
    change = partial(answers.decide, dispute=detail.dispute, by=request.user)
    text = _("Decided. It stands in every report.")
    return _after(request, detail, partial(change, **form.cleaned_data), text)


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def wallboard(request: ProgramRequest) -> HttpResponse:
    """For a screen in the office: both sides, updated live and held to the same standard."""
    zone = request.program.time_zone
    context = {
        "sides": queries.wallboard(program=request.program, since=queries.start_of_day(zone)),
        "zone": zone,
    }
    part = "#wall" if request.htmx else ""
    return render(request, f"workspace/promises/wall.html{part}", context)
