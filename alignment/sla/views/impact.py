"""Comparing two versions of the contract: past clocks that they judge differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alignment.agreements.models import Kind
from alignment.agreements.queries import two_versions
from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission

from ..queries.impact import BREAKS, MENDS, crossed, version_impact

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
def between(request: ProgramRequest, older: int, newer: int) -> HttpResponse:
    """Counts, and the clocks behind one of them; the comparison page fetches only the counts."""
    pair = two_versions(program=request.program, kind=Kind.SLA, older=older, newer=newer)
    if pair is None:
        raise Http404
    before, then = pair
    context: dict[str, Any] = {"older": before, "newer": then}
    context["impact"] = version_impact(older=before, newer=then)
    if request.htmx:
        return render(request, "sla/impact.html#counts", context)
    key, way = request.GET.get("clause", ""), request.GET.get("way", "")
    shift = next((each for each in context["impact"].shifts if each.key == key), None)
    if shift is not None and way in (BREAKS, MENDS):
        place = number_in(request.GET, "after") or 0
        found = crossed(older=before, newer=then, key=key, way=way, after=place)
        context |= {"shift": shift, "way": way, "found": found}
    return render(request, "sla/impact.html", context)
