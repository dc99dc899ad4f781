"""Setting up the pipeline: its stages, their guidance, and exchange rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.workspace.leads.replies import gone_to
from alignment.workspace.pages import form_page
from campaigns.opportunities.actions.pipeline import (
    WRITTEN,
    add_stage,
    change_stage,
    place_stage,
    remove_stage,
    restore_stage,
    set_rate,
)
from campaigns.opportunities.models import ExchangeRate, Outcome, PipelineStage
from campaigns.opportunities.queries.pipeline import not_rising, removed_stages, stages_of

from .forms import PipelineStageForm, RateForm

if TYPE_CHECKING:
    from django.forms import Form

    from alignment.people.requests import ProgramRequest

sets_up = requires(Permission.SET_UP_PIPELINE)
form_view = require_http_methods(["GET", "POST"])
MOST_RATES = 50


@require_safe
@requires(Permission.READ)
def pipeline(request: ProgramRequest) -> HttpResponse:
    rates = ExchangeRate.objects.in_program(request.program).order_by("currency")[:MOST_RATES]
    stages = stages_of(request.program)
    context = {
        "stages": stages,
        "rates": rates,
        "removed": removed_stages(request.program),
        "not_rising": not_rising(stages),
    }
    return render(request, "workspace/deals/pipeline.html", context)


@form_view
@sets_up
@vary_on_headers("HX-Request")
def stage_new(request: ProgramRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    opens = [s for s in stages_of(request.program) if s.outcome == Outcome.OPEN]
    initial = {"buying_stage": opens[-1].buying_stage if opens else ""}
    form = PipelineStageForm(data, initial=initial)
    if form.is_valid():
        try:
            add_stage(program=request.program, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, _page(request), _("Stage added, before won and lost."))
    return _form(request, form, _("New stage"))


@form_view
@sets_up
@vary_on_headers("HX-Request")
def stage_edit(request: ProgramRequest, stage_id: int) -> HttpResponse:
    stage = _stage(request, stage_id)
    initial = {name: getattr(stage, name) for name in WRITTEN}
    data = request.POST if request.method == "POST" else None
    form = PipelineStageForm(data, initial=initial, outcome=stage.outcome)
    if form.is_valid():
        try:
            change_stage(stage=stage, by=request.user, **form.changes())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, _page(request), _("Saved."))
    return _form(request, form, _("Change the stage"), str(stage))


@require_POST
@sets_up
def stage_place(request: ProgramRequest, stage_id: int) -> HttpResponse:
    stage = _stage(request, stage_id)
    place_stage(stage=stage, earlier=request.POST.get("where") == "earlier", by=request.user)
    return gone_to(request, _page(request), _("Saved."))


@require_POST
@sets_up
def stage_remove(request: ProgramRequest, stage_id: int) -> HttpResponse:
    try:
        remove_stage(stage=_stage(request, stage_id), by=request.user)
    except ValidationError as needed:
        return gone_to(request, _page(request), needed.messages[0], messages.WARNING)
    text = _("Removed. History keeps its name, and it can be brought back from below.")
    return gone_to(request, _page(request), text)


@require_POST
@sets_up
def stage_restore(request: ProgramRequest, stage_id: int) -> HttpResponse:
    rows = PipelineStage.objects.in_program(request.program)
    stage = rows.filter(pk=stage_id).first()
    if stage is None:
        raise Http404
    try:
        restore_stage(stage=stage, by=request.user)
    except ValidationError as needed:
        return gone_to(request, _page(request), needed.messages[0], messages.WARNING)
    return gone_to(request, _page(request), _("Brought back, where it stood."))


@form_view
@sets_up
@vary_on_headers("HX-Request")
def rate_set(request: ProgramRequest) -> HttpResponse:
    form = RateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            set_rate(program=request.program, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, _page(request), _("Saved. Sums follow."))
    return _form(request, form, _("Set an exchange rate"))


def _form(request: ProgramRequest, form: Form, title: str, about: str = "") -> HttpResponse:
    words: dict[str, Any] = {"title": title, "about": about, "home_title": _("Pipeline")}
    back = _page(request)
    return form_page(request, "workspace/small_form.html", form, back=back, home=back, **words)


def _page(request: ProgramRequest) -> str:
    return reverse("workspace:pipeline", args=[request.program.slug])


def _stage(request: ProgramRequest, stage_id: int) -> PipelineStage:
    rows = PipelineStage.objects.in_program(request.program).filter(retired_at__isnull=True)
    stage = rows.filter(pk=stage_id).first()
    if stage is None:
        raise Http404
    return stage
