"""The contract as everybody reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.people.access import requires
from alignment.people.permissions import Permission

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
def page(request: ProgramRequest) -> HttpResponse:
    version = in_force(request.program, Kind.SLA)
    return render(request, "sla/page.html", {"version": version})
