"""Deleting a team, after seeing what ends with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alignment.people.access import requires
from alignment.people.actions.teams import delete_team, why_not_deleted
from alignment.people.forms import ActionForm
from alignment.people.permissions import Permission
from alignment.people.views.teams import team_of

from .owned_work import states_of

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def delete(request: ProgramRequest, team: int) -> HttpResponse:
    row = team_of(request, team)
    form = ActionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.run(partial(delete_team, team=row, by=request.user))
        if not form.errors:
            messages.success(request, _("Team %(name)s was deleted.") % {"name": row.name})
            return redirect("program:teams", request.program.slug)
    words = {
        "team": row,
        "form": form,
        "refusal": "" if form.errors else why_not_deleted(row),
        "states": states_of(row),
        "tab": "teams",
    }
    status = 422 if form.errors else 200
    return render(request, "workspace/members/team_delete.html", words, status=status)
