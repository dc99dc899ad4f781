"""Owners begin further programs; whoever runs the installation begins any."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alignment.people.queries import may_found
from alignment.people.requests import signed_in

from .actions import found_program
from .forms import NewProgramForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_program(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    if not may_found(user):
        raise PermissionDenied
    form = NewProgramForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        program = form.run(partial(found_program, by=user, **form.cleaned_data))
        if program is not None:
            text = _("%(program)s is ready. You are its owner.")
            messages.success(request, text % {"program": program})
            return redirect("workspace:today", program.slug)
    status = 422 if form.errors else 200
    return render(request, "workspace/new_program.html", {"form": form}, status=status)
