"""Teams of the program."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alignment.people import queries
from alignment.people.access import requires
from alignment.people.actions.teams import create_team, rename_team
from alignment.people.forms import NewTeamForm, TeamForm
from alignment.people.models import Team
from alignment.people.permissions import Permission, Seat, may_run_team
from alignment.people.requests import ProgramRequest


@require_http_methods(["GET", "POST"])
@requires(Permission.READ, write=Permission.MANAGE_PEOPLE)
def teams(request: ProgramRequest) -> HttpResponse:
    form = NewTeamForm(request.POST or None, membership=request.membership)
    if request.method == "POST" and form.is_valid():
        made = form.run(
            lambda: create_team(program=request.program, by=request.user, **form.cleaned_data)
        )
        if made:
            messages.success(request, _("Team %(name)s was created.") % {"name": made.name})
            return redirect("program:teams", request.program.slug)
    seat = Seat.of(request.membership)
    rows = [
        {"team": team, "may_change": may_run_team(seat, team.side)}
        for team in queries.teams_of(request.program)
    ]
    status = 422 if form.errors else 200
    words = {"form": form, "rows": rows, "tab": "teams"}
    return render(request, "people/settings/teams.html", words, status=status)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def team(request: ProgramRequest, team: int) -> HttpResponse:
    row = team_of(request, team)
    form = TeamForm(request.POST or None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        form.run(lambda: rename_team(team=row, by=request.user, **form.cleaned_data))
        if not form.errors:
            messages.success(request, _("Saved."))
            return redirect("program:teams", request.program.slug)
    status = 422 if form.errors else 200
    words = {"form": form, "team": row, "tab": "teams"}
    return render(request, "people/settings/team.html", words, status=status)


def team_of(request: ProgramRequest, pk: int) -> Team:
    """A team that the reader may run. Raises `Http404`."""
    row = queries.team(program=request.program, pk=pk)
    if row is None or not may_run_team(Seat.of(request.membership), row.side):
        raise Http404
    return row
