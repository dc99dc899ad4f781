"""The search: result groups for the palette, or a page without JavaScript."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.people.access import requires
from alignment.people.permissions import Permission

from .places import pages_named
from .queries import EACH, Found, find

if TYPE_CHECKING:
    from django.http import HttpResponse

    from alignment.people.requests import ProgramRequest

EACH_ON_PAGE = 25


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def search(request: ProgramRequest) -> HttpResponse:
    text = request.GET.get("q", "")
    if request.htmx:
        found = _found(request, text, EACH)
        return render(request, "workspace/search/found.html", {"found": found})
    found = _found(request, text, EACH_ON_PAGE)
    return render(request, "workspace/search/page.html", {"found": found})


def _found(request: ProgramRequest, text: str, each: int) -> Found:
    """The palette has the places of the navigation already."""
    found = find(program=request.program, text=text, each=each)
    if not found.text:
        return found
    pages = pages_named(
        program=request.program,
        membership=request.membership,
        text=found.text,
        most=each,
        whole=not request.htmx,
    )
    return replace(found, pages=pages)
