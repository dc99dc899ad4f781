"""Results against the baseline, credits for amounts, and costs outside of campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.core.addresses import number_in
from alignment.metrics.queries.attribution import (
    CampaignOf,
    Channel,
    Credited,
    Of,
    attribution,
    credited,
)
from alignment.metrics.results.actions.baselines import freeze_entered, freeze_period
from alignment.metrics.results.actions.costs import add_cost, remove_cost
from alignment.metrics.results.models import Cost
from alignment.metrics.results.queries import baseline_of, results
from alignment.metrics.rules.attribution import Model
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.workspace.dashboard.asking import asked_of, filters_of
from alignment.workspace.exports import csv_response
from alignment.workspace.leads.replies import gone_to
from alignment.workspace.pages import form_page
from alignment.workspace.paging import Page, page_from, start_of

from . import files, words
from .forms import EnteredForm, MeasuredForm, ResultCostForm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.forms import Form
    from django.http import StreamingHttpResponse

    from alignment.people.requests import ProgramRequest

form_view = require_http_methods(["GET", "POST"])
plans = requires(Permission.PLAN_TOUCHES)
owns = requires(Permission.MANAGE_PROGRAM)
MOST_COSTS, MOST_DEALS = 50, 100


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def page(request: ProgramRequest) -> HttpResponse:
    """The page, or for htmx the part that depends on live data."""
    program, shown = request.program, _shown(request)
    costs = Cost.objects.in_program(program).select_related("created_by", "removed_by")
    context: dict[str, Any] = shown.filters | {
        "of": shown.of,
        "model": shown.model,
        "is_part": not shown.asked.part.is_all,
        "lines": shown.lines,
        "baseline": baseline_of(program),
        "found": shown.found,
        "credits": shown.credits,
        "costs": costs.order_by("-spent_on", "-id")[:MOST_COSTS],
    }
    part = "#figures" if request.htmx else ""
    return render(request, f"workspace/results/results.html{part}", context)


@require_safe
@requires(Permission.READ)
def deals(request: ProgramRequest) -> HttpResponse:
    """The deals behind one line of the credits, a page at a time."""
    program, shown = request.program, _shown(request)
    by, key = request.GET.get("by", "channel"), request.GET.get("key", "")
    pick = _picked(request)
    if pick is None:
        raise Http404
    asked = shown.asked
    found = credited(program, asked.period, shown.of, shown.model, asked.part, pick)
    page = _page_of(found, request.GET)
    name = next(
        (
            p.name
            for kind, _title, parts in shown.credits
            for p in parts
            if (kind, p.key) == (by, key)
        ),
        words.channel_name(key or None),
    )
    context = shown.filters | {
        "name": name,
        "by": by,
        "key": key,
        "of": shown.of,
        "model": shown.model,
        "number": len(found),
        "total": words.dollars_of(sum(row.cents for row in found)),
        "rows": words.deals(program, page.rows),
        "after": page.after,
        "before": page.before,
    }
    return render(request, "workspace/results/deals.html", context)


def _page_of(found: Sequence[Credited], query: Mapping[str, str]) -> Page[Credited]:
    """The page of these rows that the address asks for; the largest part first."""
    place, backwards = start = start_of(query, (int, int))
    if place is not None and backwards:
        found = [row for row in reversed(found) if _place(row) < place]
    elif place is not None:
        found = [row for row in found if _place(row) > place]
    return page_from(found, start, size=MOST_DEALS, place_of=_place)


def _place(row: Credited) -> tuple[int, int]:
    return -row.cents, row.id


def _picked(request: ProgramRequest) -> Channel | CampaignOf | None:
    by, key = request.GET.get("by", "channel"), request.GET.get("key", "")
    campaign = number_in(request.GET, "key")
    if by == "channel":
        return Channel(key or None)
    if by == "campaign" and (not key or campaign is not None):
        return CampaignOf(campaign)
    return None


@require_safe
@requires(Permission.READ)
def export(request: ProgramRequest) -> StreamingHttpResponse:
    """The results, and below them the credits, one line each."""
    shown = _shown(request)
    name = f"{slugify(request.program.slug)}-results"
    return csv_response(
        name=name, head=files.head(), batches=[files.results(shown), files.credits_of(shown)]
    )


@require_safe
@requires(Permission.READ)
def paper(request: ProgramRequest) -> HttpResponse:
    """The same as PDF."""
    shown = _shown(request)
    made = files.paper(request.program, shown)
    day = shown.asked.period.last.isoformat()
    name = f"{slugify(request.program.slug)}-results-{day}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def _shown(request: ProgramRequest) -> files.Shown:
    """The data for the address, with defaults for invalid parameters, which the page points out."""
    asked, form = asked_of(request)
    of, model = request.GET.get("of", ""), request.GET.get("model", "")
    of = Of(of) if of in list(Of) else Of.OPENED
    model = Model(model) if model in list(Model) else Model.EVEN
    found = attribution(request.program, asked.period, of, model, asked.part)
    is_part = not asked.part.is_all
    return files.Shown(
        asked=asked,
        filters=filters_of(request, asked, form, "of", "model"),
        of=of,
        model=model,
        lines=[
            words.line(result, is_part=is_part)
            for result in results(request.program, asked.period, asked.part)
        ],
        found=found,
        credits=[
            ("channel", _("By channel"), words.channels(found)),
            ("campaign", _("By campaign"), words.campaigns(found)),
        ],
    )


@form_view
@plans
@vary_on_headers("HX-Request")
def cost_new(request: ProgramRequest) -> HttpResponse:
    initial = {"spent_on": timezone.localdate()}
    form = ResultCostForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> None:
        add_cost(program=request.program, by=request.user, **form.cleaned_data)

    return _written(request, form, act, _("New cost"), _("Noted."))


@require_POST
@requires(Permission.REMOVE_COSTS)
def cost_remove(request: ProgramRequest, cost_id: int) -> HttpResponse:
    cost = Cost.objects.in_program(request.program).filter(pk=cost_id).first()
    if cost is None:
        raise Http404
    remove_cost(cost=cost, by=request.user)
    return gone_to(request, _page(request), _("Removed."))


@form_view
@owns
@vary_on_headers("HX-Request")
def baseline_measured(request: ProgramRequest) -> HttpResponse:
    form = MeasuredForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        freeze_period(program=request.program, by=request.user, **form.cleaned_data)

    return _written(request, form, act, _("Freeze a baseline from past days"), _("Frozen."))


@form_view
@owns
@vary_on_headers("HX-Request")
def baseline_entered(request: ProgramRequest) -> HttpResponse:
    form = EnteredForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        source = form.cleaned_data["source"]
        freeze_entered(
            program=request.program, source=source, figures=form.figures(), by=request.user
        )

    return _written(request, form, act, _("Freeze a baseline from your figures"), _("Frozen."))


def _written(
    request: ProgramRequest, form: Form, act: Callable[[], None], title: str, done: str
) -> HttpResponse:
    """The form, or after success a redirect; refusals of the action show at their fields."""
    if form.is_valid():
        try:
            act()
        except ValidationError as refused:
            for name, texts in refused.message_dict.items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            return gone_to(request, _page(request), done)
    back = _page(request)
    told: dict[str, Any] = {"title": title, "about": "", "home_title": _("Results")}
    return form_page(request, "workspace/small_form.html", form, back=back, home=back, **told)


def _page(request: ProgramRequest) -> str:
    return reverse("workspace:results", args=[request.program.slug])
