"""The list of briefings with their rhythm, and a single briefing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.reference.time_zones import place_of
from alignment.workspace.leads.replies import gone_to
from alignment.workspace.pages import form_page
from alignment.workspace.paging import Ordering, Page, page_of
from campaigns.insights.actions.briefings import mark_read, set_rhythm, write_now
from campaigns.insights.queries import briefings as queries

from .briefing_forms import RhythmForm
from .briefing_rows import dressed, headline

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest
    from campaigns.insights.models import Briefing

works = requires(Permission.WORK_DEALS)
leads = requires(Permission.SET_UP_PIPELINE)
form_view = require_http_methods(["GET", "POST"])
PAGE = 20
NEWEST = Ordering(("ends_at", "id"), (datetime, int), descending=True)


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def briefings(request: ProgramRequest) -> HttpResponse:
    """The page, or for htmx its list, fetched again when a briefing is written."""
    program, now = request.program, timezone.now()
    page: Page[Briefing] = page_of(
        queries.briefings_in(program), NEWEST, request.GET.dict(), size=PAGE
    )
    read = queries.read_by(request.user, [row.pk for row in page.rows], program)
    rhythm = queries.rhythm_of(program, now=now)
    context: dict[str, Any] = {
        "rows": [(row, headline(row), row.pk in read) for row in page.rows],
        "page": page,
        "marketers": queries.marketers(program),
        "rhythm": rhythm,
        "weekday": WEEKDAYS[rhythm.weekday],
        "forward": queries.written_for(program, rhythm, queries.due_moment(rhythm, now)),
    }
    part = "#briefings" if request.htmx else ""
    return render(request, f"workspace/insights/briefings.html{part}", context)


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def briefing(request: ProgramRequest, briefing_id: int) -> HttpResponse:
    """One briefing, or for htmx its readers, since nothing else about it changes."""
    found = _found(request, briefing_id)
    readers = queries.readers_of(found)
    context: dict[str, Any] = {"briefing": found, "readers": readers}
    if request.htmx:
        return render(request, "workspace/insights/briefing.html#readers", context)
    mine = [reader for reader in readers if reader.user == request.user and reader.read_at]
    context |= {"said": dressed(found), "headline": headline(found), "is_read": bool(mine)}
    return render(request, "workspace/insights/briefing.html", context)


@require_POST
@works
def briefing_write(request: ProgramRequest) -> HttpResponse:
    try:
        made = write_now(program=request.program, by=request.user)
    except ValidationError as refused:
        return gone_to(request, _list(request), refused.messages[0], messages.WARNING)
    text = _("Written. Nothing new was heard, so nobody was told.")
    if not made.is_empty:
        text = _("Written. Marketing and the managers of sales are told.")
    return gone_to(request, _page(request, made), text)


@require_POST
@works
def briefing_read(request: ProgramRequest, briefing_id: int) -> HttpResponse:
    found = _found(request, briefing_id)
    mark_read(briefing=found, by=request.user)
    if request.htmx:
        context = {"briefing": found, "is_read": True}
        return render(request, "workspace/insights/briefing.html#mark", context)
    return gone_to(request, _page(request, found), _("Marked as read."))


@form_view
@leads
@vary_on_headers("HX-Request")
def briefing_rhythm(request: ProgramRequest) -> HttpResponse:
    program = request.program
    rhythm = queries.rhythm_of(program, now=timezone.now())
    initial = {"weekday": rhythm.weekday, "hour": rhythm.hour, "is_on": rhythm.is_on}
    form = RhythmForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        set_rhythm(program=program, by=request.user, **form.changes())
        return gone_to(request, _list(request), _("Saved."))
    words: dict[str, Any] = {"home": _list(request), "home_title": _("Briefings")}
    words |= {"title": _("When it is written"), "about": place_of(program.time_zone)}
    template = "workspace/small_form.html"
    return form_page(request, template, form, back=_list(request), **words)


def _list(request: ProgramRequest) -> str:
    return reverse("workspace:briefings", args=[request.program.slug])


def _page(request: ProgramRequest, found: Briefing) -> str:
    return reverse("workspace:briefing", args=[request.program.slug, found.pk])


def _found(request: ProgramRequest, briefing_id: int) -> Briefing:
    found = queries.briefing_in(request.program, briefing_id)
    if found is None:
        raise Http404
    return found
