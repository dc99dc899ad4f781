"""The shared calendar: month, week, accounts against days, and the export."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.shortcuts import render
from django.utils import timezone
from django.utils.dateformat import format as in_words
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.people.queries import members_of
from alignment.reference.time_zones import place_of
from alignment.workspace.exports import csv_response
from alignment.workspace.set_filters import Chip
from campaigns.calendar.queries.pages import touches_in

from .board import board_of
from .export import HEAD, batches
from .filters import TouchFilter
from .periods import MONTH, VIEWS, Period, address, read_day, read_period

if TYPE_CHECKING:
    from django.http import HttpResponse, StreamingHttpResponse

    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def calendar(request: ProgramRequest) -> HttpResponse:
    """The page, or for htmx the board alone, fetched again when a touch changes."""
    asked = _filter(request)
    period = read_period(request.GET, timezone.localdate())
    kept = asked.kept
    context: dict[str, Any] = {
        "period": period,
        "board": board_of(
            request.program,
            asked.qs,
            period,
            zone=timezone.get_current_timezone(),
            now=timezone.now(),
            all_targets=not kept,
        ),
        "title": _title(period),
        "links": _links(period, kept),
        "zone": place_of(timezone.get_current_timezone_name()),
        "filter": asked,
        "clear": address(period.view, period.day, {}) if kept else "",
        "not_understood": _not_understood(request, asked, period, kept),
    }
    part = "#board" if request.htmx else ""
    return render(request, f"workspace/calendar/board.html{part}", context)


@require_safe
@requires(Permission.READ)
def calendar_export(request: ProgramRequest) -> StreamingHttpResponse:
    """All touches of the period that match the filters."""
    period = read_period(request.GET, timezone.localdate())
    zone = timezone.get_current_timezone()
    start, end = period.bounds(zone)
    return csv_response(
        name=f"{slugify(request.program.slug)}-calendar",
        head=[str(title) for title in HEAD],
        batches=batches(request.program, _filter(request).qs, start, end),
    )


def _not_understood(
    request: ProgramRequest, asked: TouchFilter, period: Period, kept: dict[str, str]
) -> Chip | None:
    """A chip for the invalid filters, which are ignored."""
    wrong = [str(asked.form.fields[name].label) for name in asked.form.errors]
    view, day = request.GET.get("view"), request.GET.get("day")
    if view and view not in VIEWS:
        wrong.append(_("View"))
    if day and read_day(day) is None:
        wrong.append(_("Day"))
    names = ", ".join(dict.fromkeys(wrong))
    return Chip(names, address(period.view, period.day, kept)) if wrong else None


def _filter(request: ProgramRequest) -> TouchFilter:
    return TouchFilter(
        request.GET,
        queryset=touches_in(request.program),
        program=request.program,
        members=members_of(request.program),
    )


def _title(period: Period) -> str:
    if period.view == MONTH:
        return str(in_words(period.day, "F Y"))
    last = period.first + timedelta(days=period.length - 1)
    # Day formats of the language, with the year only once.
    ends = in_words(last, pgettext("format of a day at the end of a period", "M j, Y"))
    return f"{date_format(period.first, 'MONTH_DAY_FORMAT')} – {ends}"


def _links(period: Period, kept: dict[str, str]) -> dict[str, str]:
    """Addresses of other periods and views with the same filters; `kept` is to be appended to
    others.
    """
    today = timezone.localdate()
    views = {view: address(view, period.day, kept) for view in VIEWS}
    return views | {
        "previous": address(period.view, period.previous, kept),
        "next": address(period.view, period.next, kept),
        "today": address(period.view, today, kept),
        "same": views[period.view],
        "kept": f"&{urlencode(kept)}" if kept else "",
    }
