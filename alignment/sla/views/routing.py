"""Territories and the rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from alignment.people.access import requires
from alignment.people.permissions import Permission

from ..access import may_route
from ..actions.handoff_config import holders, set_territories, set_turns
from ..forms.handoffs import TerritoriesForm, TurnsForm
from ..queries.handoff_config import sales_members, sales_teams, state_rows, turn_rows
from ..queries.routing import covers_hours

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

form_page = require_http_methods(["GET", "HEAD", "POST"])
edits = requires(Permission.READ, write=Permission.EDIT_AGREEMENTS)


@form_page
@edits
def territories(request: ProgramRequest) -> HttpResponse:
    _refuse_writes(request)
    members, teams = sales_members(request.program), sales_teams(request.program)
    rows = state_rows(request.program)
    form = TerritoriesForm(
        request.POST or None,
        rows=rows,
        members=members,
        teams=teams,
        holders=holders(members, teams),
    )
    if request.method == "POST" and form.is_valid():
        count = set_territories(program=request.program, holders=form.chosen(), by=request.user)
        text = ngettext("%(n)d state changed hands.", "%(n)d states changed hands.", count)
        messages.success(request, text % {"n": count})
        return redirect("sla:territories", request.program.slug)
    context = {
        "form": form,
        "states": [(row, form[row.code]) for row in rows],
        "may_route": may_route(request.membership),
        "tab": "territories",
    }
    return render(request, "sla/territories.html", context, status=422 if form.errors else 200)


@form_page
@edits
def rotation(request: ProgramRequest) -> HttpResponse:
    _refuse_writes(request)
    rows = turn_rows(request.program)
    covers = covers_hours(request.program.pk)
    form = TurnsForm(request.POST or None, rows=rows, initial={"covers_hours": covers})
    if request.method == "POST" and form.is_valid():
        set_turns(program=request.program, by=request.user, **form.given())
        messages.success(request, _("Saved."))
        return redirect("sla:rotation", request.program.slug)
    context = {
        "form": form,
        "rows": [(row, *form.pair(row.member)) for row in rows],
        "may_route": may_route(request.membership),
        "tab": "rotation",
    }
    return render(request, "sla/rotation.html", context, status=422 if form.errors else 200)


def _refuse_writes(request: ProgramRequest) -> None:
    """Sales managers and owners may change them; others only read."""
    if request.method == "POST" and not may_route(request.membership):
        raise PermissionDenied
