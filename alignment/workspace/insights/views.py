"""The list of notes, and searching it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.workspace.set_filters import chips_of
from campaigns.insights.queries.notes import notes_in
from campaigns.insights.queries.topics import topics_of

from .forms import NoteFilter
from .rows import note_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def insights(request: ProgramRequest) -> HttpResponse:
    """The page, or for htmx its rows, fetched again when somebody writes a note or decides on a
    tag.
    """
    program = request.program
    rows, topics = notes_in(program), topics_of(program)
    asked = NoteFilter(request.GET, queryset=rows, program=program, topics=topics)
    text = request.GET.get("q", "")
    chips = chips_of(asked, request.GET)
    page = note_page(program, asked.qs, text, request.GET.dict())
    context: dict[str, Any] = {
        "view": "notes",
        "filter": asked,
        "chips": chips,
        "page": page,
        # An invalid filter, such as a very long search, also finds nothing, so any parameter rules
        # out "new".
        "is_new": not page.rows and not any(request.GET.values()),
    }
    part = "#notes" if request.htmx else ""
    return render(request, f"workspace/insights/list.html{part}", context)
