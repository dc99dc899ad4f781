"""Signals: what the program counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Signal
from accounts.models.engagements import SIGNAL_SLOTS
from alignment.people.access import requires
from alignment.people.permissions import Permission

from .actions.signals import SignalRefused, create_signal, rename_signal
from .forms import SignalForm, SignalNameForm
from .queries_pages import signal_list

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

edits = requires(Permission.EDIT_AGREEMENTS)
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@requires(Permission.READ)
def signals(request: ProgramRequest) -> HttpResponse:
    listed = signal_list(program=request.program)
    context = {"signals": listed, "most": SIGNAL_SLOTS, "is_full": len(listed) >= SIGNAL_SLOTS}
    return render(request, "scoring/signals.html", context)


@form_page
@edits
def create(request: ProgramRequest) -> HttpResponse:
    form = SignalForm(request.POST or None, initial={"kind": "behaviour"})
    if request.method == "POST" and form.is_valid():
        try:
            signal = create_signal(program=request.program, by=request.user, **form.cleaned_data)
        except SignalRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("%(signal)s can be counted now.") % {"signal": signal})
            return redirect("scoring:signals", request.program.slug)
    return render(
        request,
        "scoring/signal.html",
        {"form": form, "signal": None},
        status=422 if form.is_bound else 200,
    )


@form_page
@edits
def rename(request: ProgramRequest, signal_id: int) -> HttpResponse:
    signal = Signal.objects.in_program(request.program).filter(pk=signal_id).first()
    if signal is None:
        raise Http404
    initial = {"name": signal.name, "side": signal.side}
    form = SignalNameForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            rename_signal(signal=signal, by=request.user, **form.changes())
        except SignalRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("scoring:signals", request.program.slug)
    return render(
        request,
        "scoring/signal.html",
        {"form": form, "signal": signal},
        status=422 if form.is_bound else 200,
    )
