"""The profile for all readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force, open_version
from alignment.people.access import requires
from alignment.people.permissions import Permission

from .fields import ranks_in
from .pickers import options
from .queries_pages import foreseen, icp_page, version_lines, version_numbered

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
def page(request: ProgramRequest) -> HttpResponse:
    return render(request, "icp/page.html", {"page": icp_page(program=request.program)})


@require_safe
@requires(Permission.READ)
def version(request: ProgramRequest, number: int) -> HttpResponse:
    found = version_numbered(program=request.program, kind=Kind.ICP, number=number)
    if found is None:
        raise Http404
    context = {"version": found, "lines": version_lines(found)}
    return render(request, "icp/version.html", context)


@require_safe
@requires(Permission.READ)
def forecast(request: ProgramRequest) -> HttpResponse:
    """The verdicts under the open version; fetched separately, because it reads every account."""
    version = open_version(request.program, Kind.ICP)
    if version is None:
        return HttpResponse()
    context = {
        "foreseen": foreseen(program=request.program, version=version),
        "current": in_force(request.program, Kind.ICP),
        "version": version,
    }
    return render(request, "icp/forecast.html", context)


@require_safe
@requires(Permission.READ)
def pick(request: ProgramRequest, kind: str) -> HttpResponse:
    """The picker's list, refreshed for the current ticks and search."""
    if kind not in ("industry", "geography"):
        raise Http404
    name = "codes" if kind == "industry" else "cbsas"
    listed = options(
        kind=kind,
        chosen=request.GET.getlist(name),
        search=request.GET.get("search", ""),
        ranked=ranks_in(request.GET),
    )
    return render(request, "icp/options.html", {"options": listed, "name": name})
