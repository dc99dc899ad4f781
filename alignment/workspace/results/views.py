"""Results against the baseline, credit for amounts, and costs beside campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.metrics.queries.attribution import Of, attribution
from alignment.metrics.results.actions.baselines import freeze_entered, freeze_period
from alignment.metrics.results.actions.costs import add_cost, remove_cost
from alignment.metrics.results.api.schemas import AttributionAsked, period_of
from alignment.metrics.results.models import Cost
from alignment.metrics.results.queries import baseline_of, results
from alignment.metrics.rules import Slice
from alignment.metrics.rules.attribution import Model
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.workspace.leads.replies import gone_to
from alignment.workspace.pages import form_page

from . import words
from .forms import EnteredForm, MeasuredForm, ResultCostForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form

    from alignment.people.requests import ProgramRequest

form_view = require_http_methods(["GET", "POST"])
plans = requires(Permission.PLAN_TOUCHES)
owns = requires(Permission.MANAGE_PROGRAM)
MOST_COSTS = 50
_NAMES = ("first", "last", "of", "model")


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def page(request: ProgramRequest) -> HttpResponse:
    """The page, or for htmx what of it follows the rows. Senseless days are those of today."""
    program = request.program
    asked = AttributionAsked(data={n: request.GET[n] for n in _NAMES if request.GET.get(n)})
    if not asked.is_valid():
        asked = AttributionAsked(data={})
        asked.is_valid()
    given = asked.validated_data
    period, of, model = period_of(program, given, timezone.now()), given["of"], given["model"]
    found = attribution(program, period, Of(of), Model(model))
    costs = Cost.objects.in_program(program).select_related("created_by", "removed_by")
    context: dict[str, Any] = {
        "period": period,
        "of": of,
        "model": model,
        "lines": [words.line(result) for result in results(program, period, Slice())],
        "baseline": baseline_of(program),
        "found": found,
        "credits": [
            (_("By channel"), words.channels(found)),
            (_("By campaign"), words.campaigns(found)),
        ],
        "costs": costs.order_by("-spent_on", "-id")[:MOST_COSTS],
    }
    part = "#figures" if request.htmx else ""
    return render(request, f"workspace/results/results.html{part}", context)


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
    """The form, or what it asks for done; what the action refuses stands at its field."""
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
