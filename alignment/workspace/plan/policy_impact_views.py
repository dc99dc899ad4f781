"""The effect of changing a contact policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alignment.agreements.models import Kind
from alignment.agreements.queries import two_versions
from alignment.people.access import requires
from alignment.people.permissions import Permission

from .policy_impact import version_impact

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
def between(request: ProgramRequest, older: int, newer: int) -> HttpResponse:
    """Counts of touches; the page that compares two versions fetches them separately."""
    pair = two_versions(program=request.program, kind=Kind.POLICY, older=older, newer=newer)
    if pair is None:
        raise Http404
    before, then = pair
    context = {"older": before, "newer": then, "impact": version_impact(older=before, newer=then)}
    part = "#counts" if request.htmx else ""
    return render(request, f"policy/impact.html{part}", context)
