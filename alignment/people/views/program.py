"""Settings of the program itself."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alignment.people.access import requires
from alignment.people.actions.programs import change_program
from alignment.people.forms import ProgramForm
from alignment.people.permissions import Permission
from alignment.people.queries import owners_of
from alignment.people.requests import ProgramRequest


@require_http_methods(["GET", "POST"])
@requires(Permission.READ, write=Permission.MANAGE_PROGRAM)
def settings(request: ProgramRequest) -> HttpResponse:
    program = request.program
    form = ProgramForm(
        request.POST or None, initial={"name": program.name, "time_zone": program.time_zone}
    )
    if request.method == "POST" and form.is_valid():
        form.run(lambda: change_program(program=program, by=request.user, **form.changes()))
        if not form.errors:
            messages.success(request, _("Saved."))
            return redirect("program:settings", program.slug)
    words = {"form": form, "owners": owners_of(program), "tab": "general"}
    status = 422 if form.errors else 200
    return render(request, "people/settings/general.html", words, status=status)
