"""Printed documents: the poster of the profile in force, the minutes of a workshop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from alignment.people.access import requires
from alignment.people.permissions import Permission

from .poster import as_pdf, poster_of
from .workshop import minutes
from .workshop.queries import workshop_in

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
def poster(request: ProgramRequest) -> HttpResponse:
    """The poster as a page, to view and to print from the browser."""
    return render(request, "icp/poster.html", {"poster": poster_of(request.program)})


@require_safe
@requires(Permission.READ)
def poster_pdf(request: ProgramRequest, paper: str) -> HttpResponse:
    found = poster_of(request.program)
    if found is None:
        raise Http404
    name = f"{slugify(request.program.slug)}-icp-v{found.version.number}-{paper}.pdf"
    return _file(as_pdf(found, paper=paper), "application/pdf", name)


@require_safe
@requires(Permission.READ)
def minutes_md(request: ProgramRequest, workshop_id: int) -> HttpResponse:
    text = minutes.as_markdown(_minutes(request, workshop_id))
    return _file(text.encode(), "text/markdown; charset=utf-8", f"workshop-{workshop_id}.md")


@require_safe
@requires(Permission.READ)
def minutes_pdf(request: ProgramRequest, workshop_id: int) -> HttpResponse:
    made = minutes.as_pdf(_minutes(request, workshop_id))
    return _file(made, "application/pdf", f"workshop-{workshop_id}.pdf")


def _minutes(request: ProgramRequest, workshop_id: int) -> minutes.Minutes:
    workshop = workshop_in(program=request.program, workshop_id=workshop_id)
    if workshop is None:
        raise Http404
    return minutes.minutes_of(workshop)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
