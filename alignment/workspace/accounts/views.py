"""The list of accounts and its export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.models import Account
from alignment.core import figures
from alignment.icp.models import Verdict
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.workspace.exports import csv_response
from alignment.workspace.saved.shown import first_url, tabs_of
from alignment.workspace.set_filters import PLACES, chips_of, not_understood

from . import queries
from .columns import COLUMNS, chosen
from .export import HEAD, line
from .filters import AccountFilter

if TYPE_CHECKING:
    from django.http import HttpResponse, StreamingHttpResponse

    from alignment.people.requests import ProgramRequest

COLUMNS_KEPT = "account_columns"


@require_safe
@requires(Permission.READ)
def account_list(request: ProgramRequest) -> HttpResponse:
    """A page of the list; htmx fetches only the rows when something changed."""
    if first := first_url(request):
        return redirect(first)
    asked = filter_of(request)
    sort = _sort(request)
    rows, count = queries.found(request.program, asked.qs)
    page = queries.account_page(
        program=request.program, rows=rows, sort=sort, asked=request.GET.dict()
    )
    columns = _columns(request)
    context: dict[str, Any] = {
        "page": page,
        "sort": sort,
        "columns": columns,
        "filter": asked,
    }
    if request.htmx:
        return render(request, "workspace/accounts/list.html#rows", context)
    asked.suggest(
        metro=reverse("workspace:accounts_metros_like", args=[request.program.slug]),
        industry=reverse("workspace:accounts_industries_like", args=[request.program.slug]),
    )
    chips = chips_of(asked, request.GET)
    context |= {
        "all_columns": COLUMNS,
        "kept": [pair for pair in _pairs(request) if pair[0] not in ("columns", *PLACES)],
        "chips": chips,
        "not_understood": not_understood(asked, request.GET),
        "saved": tabs_of(request),
        "count": count,
        "count_words": figures.capped(count, queries.COUNT_UP_TO),
        "is_new_program": not count and not chips,
    }
    return render(request, "workspace/accounts/list.html", context)


@require_safe
@requires(Permission.READ)
def account_export(request: ProgramRequest) -> StreamingHttpResponse:
    """The complete filtered list in its order."""
    asked = filter_of(request)
    batches = queries.export_batches(program=request.program, rows=asked.qs, sort=_sort(request))
    return csv_response(
        name=f"{slugify(request.program.slug)}-accounts",
        head=[str(title) for title in HEAD],
        batches=([line(row) for row in batch] for batch in batches),
    )


def filter_of(request: ProgramRequest) -> AccountFilter:
    """The filters in the address."""
    return AccountFilter(
        request.GET,
        queryset=Account.objects.in_program(request.program),
        program=request.program,
        members=queries.members_of(request.program),
    )


def _sort(request: ProgramRequest) -> str:
    sort = request.GET.get("sort", "")
    if sort in queries.ORDERINGS:
        return sort
    judged = Verdict.objects.in_program(request.program).exists()
    return "grade" if judged else "name"


def _pairs(request: ProgramRequest) -> list[tuple[str, str]]:
    return [(name, value) for name, values in request.GET.lists() for value in values]


def _columns(request: ProgramRequest) -> list[Any]:
    """The chosen columns, which are remembered for the next visit."""
    if "columns" in request.GET:
        request.session[COLUMNS_KEPT] = [c.key for c in chosen(request.GET.getlist("columns"))]
    return chosen(request.session.get(COLUMNS_KEPT, ()))
