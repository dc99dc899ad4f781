"""Opportunities: the board, the list, the forecast, and what changed since last week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.people.queries import members_of
from alignment.workspace.exports import csv_response

from .board import board, deals_in
from .changes import changes
from .days import today_in
from .filters import DealFilter
from .forecast import forecast
from .listed import deal_list

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse, StreamingHttpResponse

    from alignment.people.requests import ProgramRequest
    from campaigns.opportunities.models import Opportunity

    from .board import Column

VIEWS = ("board", "list", "forecast", "changes")
EXPORTED_AT_ONCE = 1_000


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def opportunities(request: ProgramRequest) -> HttpResponse:
    """The page, or for htmx its content, fetched again when a deal moves."""
    asked = _filter(request)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else VIEWS[0]
    context: dict[str, Any] = {
        "view": view,
        "filter": asked,
        "kept": f"&{urlencode(asked.kept)}" if asked.kept else "",
        "today": today_in(request.program),
        view: _shown(request, view, asked),
    }
    context["has_none"] = view == "board" and _is_bare(context[view], asked)
    part = "#deals" if request.htmx else ""
    return render(request, f"workspace/deals/board.html{part}", context)


def _is_bare(columns: list[Column], asked: DealFilter) -> bool:
    """Whether no deal matches; those closed long ago match too, though the board leaves them out."""
    return not any(column.count for column in columns) and not asked.qs.exists()


def _shown(request: ProgramRequest, view: str, asked: DealFilter) -> Any:
    program, rows = request.program, asked.qs
    if view == "list":
        return deal_list(program, rows, request.GET.dict())
    if view == "forecast":
        return forecast(program, rows)
    if view == "changes":
        return changes(program, rows, which=request.GET.get("which", ""))
    return board(program, rows)


@require_safe
@requires(Permission.READ)
def opportunities_export(request: ProgramRequest) -> StreamingHttpResponse:
    """The complete filtered list."""
    head = [_("Opportunity"), _("Account"), _("Stage"), _("Amount"), _("Currency")]
    head += [_("Amount, USD"), _("Expected close"), _("Owner"), _("Source"), _("Next step")]
    head += [_("Opened"), _("Closed"), _("Lost because of"), _("External id")]
    return csv_response(
        name=f"{slugify(request.program.slug)}-opportunities",
        head=head,
        batches=_batches(_filter(request).qs),
    )


def _batches(rows: QuerySet[Opportunity]) -> Iterator[Iterator[list[Any]]]:
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:EXPORTED_AT_ONCE]):
        last = found[-1].pk
        yield (_line(deal) for deal in found)


def _line(deal: Opportunity) -> list[Any]:
    return [
        deal.name,
        deal.account.name,
        str(deal.stage),
        deal.amount,
        deal.currency,
        deal.amount_usd,
        deal.close_on,
        str(deal.owner or ""),
        deal.source,
        deal.next_step,
        _minute(deal.opened_at),
        _minute(deal.closed_at) if deal.closed_at else "",
        deal.get_lost_reason_display(),
        deal.external_id or "",
    ]


def _minute(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes")


def _filter(request: ProgramRequest) -> DealFilter:
    return DealFilter(
        request.GET,
        queryset=deals_in(request.program),
        program=request.program,
        members=members_of(request.program),
    )
