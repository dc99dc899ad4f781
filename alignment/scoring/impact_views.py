"""The difference between two versions of the model: how many leads, and which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from alignment.agreements.models import Kind, Version
from alignment.agreements.queries import two_versions
from alignment.agreements.rules import InvalidContent
from alignment.core.addresses import number_in
from alignment.jobs.views import job_context
from alignment.people.access import requires
from alignment.people.permissions import Permission

from .actions.whatif import compare_versions
from .models import Move
from .queries_whatif import moves_page, pair_of

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

CROSSINGS = (Move.Kind.OVER, Move.Kind.BELOW)


def _versions(request: ProgramRequest, older: int, newer: int) -> tuple[Version, Version]:
    found = two_versions(program=request.program, kind=Kind.SCORING, older=older, newer=newer)
    if found is None:
        raise Http404
    return found


@require_safe
@requires(Permission.READ)
def between(request: ProgramRequest, older: int, newer: int) -> HttpResponse:
    """Counts and leads of a comparison; htmx gets only the counts."""
    before, then = _versions(request, older, newer)
    pair = pair_of(older=before, newer=then)
    context: dict[str, Any] = {"pair": pair}
    if pair.attempt:
        context |= job_context(request, pair.attempt.job)
    if request.htmx:
        return render(request, "scoring/impact.html#counts", context)
    kind = request.GET.get("kind", "")
    if pair.answer and kind in CROSSINGS:
        place = number_in(request.GET, "after") or 0
        context |= {
            "kind": kind,
            "found": moves_page(what_if=pair.answer, kind=kind, after=place),
        }
    return render(request, "scoring/impact.html", context)


@require_POST
@requires(Permission.EDIT_AGREEMENTS)
def run(request: ProgramRequest, older: int, newer: int) -> HttpResponse:
    before, then = _versions(request, older, newer)
    try:
        compare_versions(older=before, newer=then, by=request.user)
    except InvalidContent as problem:
        messages.warning(request, str(problem))
    return redirect("scoring:impact", request.program.slug, older, newer)
