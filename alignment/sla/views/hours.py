"""When teams work, closed days, and who is away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.people.access import requires
from alignment.people.permissions import Permission, Seat, may, may_run_team

from ..actions import hours as actions
from ..forms.hours import ClosureForm, HoursForm, LeaveForm, may_close
from ..models import WorkingHours
from ..queries import hours_pages as pages
from ..queries.hours import calendars, holidays_kind

if TYPE_CHECKING:
    from alignment.people.models import Team
    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
def hours(request: ProgramRequest) -> HttpResponse:
    return _page(request)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def team(request: ProgramRequest, team: int) -> HttpResponse:
    row = _mine(request, team)
    now_set = calendars(request.program.pk).hours(row.pk)
    week = [[list(pair) for pair in day] for day in now_set.week]
    stored = pages.hours_row(row)
    initial = {
        "time_zone": now_set.zone,
        "holidays": stored.holidays if stored else WorkingHours.Holidays.FEDERAL,
        "state": stored.state if stored else "",
    }
    form = HoursForm(request.POST or None, initial=initial, week=week)
    if request.method == "POST" and form.is_valid():
        moved = form.run(lambda: actions.set_hours(team=row, by=request.user, **form.given()))
        if moved is not None:
            messages.success(request, _saved(moved))
            return redirect("sla:hours", request.program.slug)
    today = timezone.localdate()
    words = {
        "form": form,
        "team": row,
        "tab": "hours",
        "coming": pages.coming_holidays(
            holidays_kind(initial["holidays"], initial["state"]), today
        ),
        "closures": pages.closures_of(request.membership, now=timezone.now(), team=row),
        "away": pages.upcoming_leave(request.membership, now=timezone.now(), team=row),
    }
    return render(request, "sla/team_hours.html", words, status=422 if form.errors else 200)


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def add_closure(request: ProgramRequest) -> HttpResponse:
    form = ClosureForm(request.POST, membership=request.membership)
    add = partial(actions.add_closure, program=request.program, by=request.user)
    if form.is_valid() and form.run(lambda: add(**form.cleaned_data)) is not None:
        messages.success(request, _("The days are closed."))
        return redirect("sla:hours", request.program.slug)
    return _page(request, closure_form=form)


@require_POST
@requires(Permission.MANAGE_PEOPLE)
def remove_closure(request: ProgramRequest, closure: int) -> HttpResponse:
    row = pages.closure_in(request.program, closure)
    if row is None:
        raise Http404
    actions.remove_closure(closure=row, by=request.user)
    messages.success(request, _("The days are open again."))
    return redirect("sla:hours", request.program.slug)


@require_POST
@requires(Permission.WORK_LEADS)
def add_leave(request: ProgramRequest) -> HttpResponse:
    form = LeaveForm(request.POST, people=pages.plannable(request.membership))
    add = partial(actions.add_leave, program=request.program, by=request.user)
    if form.is_valid() and form.run(lambda: add(**form.cleaned_data)) is not None:
        messages.success(request, _("The leave is planned."))
        return redirect("sla:hours", request.program.slug)
    return _page(request, leave_form=form)


@require_POST
@requires(Permission.WORK_LEADS)
def remove_leave(request: ProgramRequest, leave: int) -> HttpResponse:
    row = pages.leave_in(request.program, leave)
    if row is None:
        raise Http404
    actions.remove_leave(leave=row, by=request.user)
    messages.success(request, _("The leave is called off."))
    return redirect("sla:hours", request.program.slug)


def _page(
    request: ProgramRequest,
    *,
    closure_form: ClosureForm | None = None,
    leave_form: LeaveForm | None = None,
) -> HttpResponse:
    """The page with its two small forms; the one with errors keeps what was typed."""
    membership = request.membership
    wrong = closure_form or leave_form
    words: dict[str, Any] = {
        "page": pages.hours_page(membership, now=timezone.now()),
        "tab": "hours",
        "closure_form": closure_form,
        "leave_form": leave_form,
    }
    if closure_form is None and may_close(membership):
        words["closure_form"] = ClosureForm(membership=membership)
    if leave_form is None and may(membership.role, Permission.WORK_LEADS):
        words["leave_form"] = LeaveForm(people=pages.plannable(membership))
    return render(request, "sla/hours.html", words, status=422 if wrong else 200)


def _mine(request: ProgramRequest, pk: int) -> Team:
    row = pages.team_in(request.program, pk)
    if row is None:
        raise Http404
    if not may_run_team(Seat.of(request.membership), row.side):
        raise PermissionDenied
    return row


def _saved(moved: int) -> str:
    if not moved:
        return _("Saved.")
    text = ngettext(
        "Saved. %(count)d due time was counted anew.",
        "Saved. %(count)d due times were counted anew.",
        moved,
    )
    return text % {"count": moved}
