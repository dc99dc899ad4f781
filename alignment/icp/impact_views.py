"""The difference between two versions of the profile: how many accounts, and which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alignment.agreements.models import Kind
from alignment.agreements.queries import two_versions
from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission

from .models import Answer
from .queries_impact import crossing_accounts, version_impact

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
def between(request: ProgramRequest, older: int, newer: int) -> HttpResponse:
    """The counts of all crossings and the accounts of one; htmx gets only the counts."""
    versions = two_versions(program=request.program, kind=Kind.ICP, older=older, newer=newer)
    if versions is None:
        raise Http404
    before, then = versions
    context = {"older": before, "newer": then, "impact": version_impact(older=before, newer=then)}
    if request.htmx:
        return render(request, "icp/impact.html#counts", context)
    was, becomes = request.GET.get("was", ""), request.GET.get("becomes", "")
    if was in Answer.values and becomes in Answer.values and was != becomes:
        context |= {
            "was": was,
            "becomes": becomes,
            "found": crossing_accounts(
                older=before,
                newer=then,
                was=Answer(was),
                becomes=Answer(becomes),
                after=number_in(request.GET, "after") or 0,
            ),
        }
    return render(request, "icp/impact.html", context)
