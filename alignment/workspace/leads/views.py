"""Pages of leads: list, queue, one lead, export."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.sla.access import may_decide
from alignment.sla.actions import work
from campaigns.calendar.queries.pages import panel_of

from ..exports import csv_response
from .access import can_work
from .exports import batches, head
from .filters import QUEUE_STAGES, read_filter
from .queries import (
    MOST_WAITING,
    choices,
    has_leads,
    lead_in,
    lead_page,
    stage_counts,
    thresholds,
    waiting_count,
)
from .record import lead_record
from .refused_channels import refusal_words, refused_channels
from .selection import WINDOW, is_windowed
from .tables import list_columns, list_tabs, queue_columns, queue_tabs

if TYPE_CHECKING:
    from django.http import StreamingHttpResponse

    from alignment.people.models import Program
    from alignment.people.requests import ProgramRequest

    from .filters import LeadFilter
    from .queries import LeadPage

QUEUE_PAGE = 50
# Rows that arrived this recently are highlighted when the queue refreshes.
JUST_NOW = timedelta(seconds=20)


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def leads(request: ProgramRequest) -> HttpResponse:
    asked = read_filter(request.GET)
    page = lead_page(program=request.program, asked=asked, query=request.GET)
    context = {
        "page": page,
        "asked": asked,
        "columns": list_columns(asked),
        "window": WINDOW if is_windowed(program=request.program, asked=asked) else 0,
        "thresholds": thresholds(program=request.program),
        "can_work": can_work(request.membership),
        "older": f"?{asked.as_query(after=page.after)}" if page.after else "",
        "newer": f"?{asked.as_query(before=page.before)}" if page.before else "",
        "live": bool(request.htmx),
    }
    if request.htmx:
        return render(request, "workspace/leads/list.html#rows", context)
    context["choices"] = choices(program=request.program)
    context["tabs"] = list_tabs(asked, stage_counts(program=request.program))
    return render(request, "workspace/leads/list.html", context)


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def queue(request: ProgramRequest) -> HttpResponse:
    query = request.GET.copy()
    if query.get("stage") not in QUEUE_STAGES:
        query["stage"] = QUEUE_STAGES[0]
    asked = read_filter(query)
    if asked.sort == "moved":
        asked = replace(asked, sort="due")
    live = bool(request.htmx)
    page = lead_page(
        program=request.program,
        asked=asked,
        query=request.GET,
        size=QUEUE_PAGE,
        fresh_since=timezone.now() - JUST_NOW if live else None,
        with_work=True,
    )
    context = {
        "page": page,
        "asked": asked,
        "columns": queue_columns(asked),
        "tabs": queue_tabs(asked),
        "live": live,
        "here": request.get_full_path(),
        "older": f"?{asked.as_query(after=page.after)}" if page.after else "",
        "newer": f"?{asked.as_query(before=page.before)}" if page.before else "",
        "thresholds": thresholds(program=request.program),
        "waiting": _waiting(request.program, asked, page),
        "can_work": can_work(request.membership),
        "arrived": [row for row in page.rows if row.is_new],
        "is_new_program": not page.rows and not has_leads(program=request.program),
    }
    if live:
        return render(request, "workspace/leads/queue.html#queue", context)
    context["choices"] = choices(program=request.program)
    return render(request, "workspace/leads/queue.html", context)


def _waiting(program: Program, asked: LeadFilter, page: LeadPage) -> int:
    """The count of the badge; an unfiltered queue has counted the same leads already."""
    if asked.stage == "mql_uncalled" and not asked.is_narrow:
        return min(page.count, MOST_WAITING)
    return waiting_count(program=program)


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def lead(request: ProgramRequest, lead_id: int) -> HttpResponse:
    found = lead_in(program=request.program, lead_id=lead_id)
    if found is None:
        raise Http404
    work.seen(lead=found, by=request.user)
    context = {
        "record": lead_record(
            lead=found, before=request.GET.get("before", ""), side=request.membership.side
        ),
        "lead": found,
        "refusal": refusal_words(refused_channels(found)),
        "may_decide": may_decide(request.membership),
        "can_work": can_work(request.membership),
        "touches": panel_of(request.program, now=timezone.now(), account=found.account_id)
        if found.account_id
        else [],
    }
    part = "#record" if request.htmx else ""
    return render(request, f"workspace/leads/lead.html{part}", context)


@require_safe
@requires(Permission.READ)
def export(request: ProgramRequest) -> StreamingHttpResponse:
    """The filtered and sorted list as CSV."""
    rows = batches(program=request.program, asked=read_filter(request.GET))
    return csv_response(name=f"leads-{request.program.slug}", head=head(), batches=rows)
