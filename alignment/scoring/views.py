"""The scoring model for all readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alignment.people.access import requires
from alignment.people.permissions import Permission

from . import queries_pages
from .account_score.words import weight_lines
from .queries_pages import scoring_page, version_dimensions, version_numbered

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
def page(request: ProgramRequest) -> HttpResponse:
    return render(request, "scoring/page.html", {"page": scoring_page(program=request.program)})


@require_safe
@requires(Permission.READ)
def numbers(request: ProgramRequest) -> HttpResponse:
    """How many leads earned each rule, and which signals earn nothing: fetched after the page,
    because counting takes a while."""
    page = scoring_page(program=request.program)
    context = {
        "numbers": queries_pages.numbers(program=request.program),
        "page": page,
        "without_points": queries_pages.without_points(program=request.program, model=page.model),
    }
    return render(request, "scoring/numbers.html", context)


@require_safe
@requires(Permission.READ)
def version(request: ProgramRequest, number: int) -> HttpResponse:
    found = version_numbered(program=request.program, number=number)
    if found is None:
        raise Http404
    model, dimensions = version_dimensions(program=request.program, version=found)
    context = {
        "version": found,
        "model": model,
        "dimensions": dimensions,
        "weights": weight_lines(model.account),
    }
    return render(request, "scoring/version.html", context)
