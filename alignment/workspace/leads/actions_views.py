"""Ownership of a lead and its validation call: claim, assign, call."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alignment.scoring.actions import leads as scoring
from alignment.scoring.actions.calls import record_call
from alignment.sla.actions import work

from .access import works_leads
from .forms import CallForm, OwnerForm
from .missing_facts import missing_facts
from .queries import choices, lead_in
from .replies import gone_to, in_place, next_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms

    from accounts.models import Lead
    from alignment.people.requests import ProgramRequest

form_page = require_http_methods(["GET", "HEAD", "POST"])


def lead_or_404(request: ProgramRequest, lead_id: int) -> Lead:
    lead = lead_in(program=request.program, lead_id=lead_id)
    if lead is None:
        raise Http404
    return lead


def _page_of(request: ProgramRequest, lead: Lead) -> str:
    return reverse("workspace:lead", args=[request.program.slug, lead.pk])


def back_to(request: ProgramRequest, lead: Lead) -> str:
    """The page the person came from, else that of the lead."""
    return next_page(request, _page_of(request, lead))


def form_reply(request: ProgramRequest, lead: Lead, form: forms.Form, **words: str) -> HttpResponse:
    """The form on its own page, or alone for a dialog."""
    context: dict[str, Any] = {
        "lead": lead,
        "form": form,
        "next": back_to(request, lead),
        "action": request.path,
        **words,
    }
    part = "#form" if request.htmx else ""
    status = 422 if form.is_bound else 200
    return render(request, f"workspace/leads/form.html{part}", context, status=status)


def done(
    request: ProgramRequest, lead: Lead, change: Callable[[], object], text: str
) -> HttpResponse:
    """Make the change and go back; if somebody has moved the lead since, say so."""
    url = back_to(request, lead)
    try:
        change()
    except (scoring.LeadMoved, work.ReasonRefused, work.MomentRefused) as moved:
        return gone_to(request, url, str(moved), messages.WARNING)
    return gone_to(request, url, text)


@require_POST
@works_leads
def claim(request: ProgramRequest, lead_id: int) -> HttpResponse:
    lead = lead_or_404(request, lead_id)
    page = _page_of(request, lead)
    url = next_page(request, page)
    refresh = f"lead-{lead.pk}" if url == page else "leads"
    try:
        work.claim(lead=lead, by=request.user)
    except scoring.LeadMoved as taken:
        return in_place(request, url, str(taken), refresh=refresh, level=messages.WARNING)
    text = _("%(lead)s is yours.") % {"lead": lead.stakeholder}
    return in_place(request, url, text, refresh=refresh)


@form_page
@works_leads
def assign(request: ProgramRequest, lead_id: int) -> HttpResponse:
    lead = lead_or_404(request, lead_id)
    members = choices(program=request.program).members
    form = OwnerForm(
        request.POST or None,
        program=request.program,
        members=members,
        initial={"owner": lead.owner_id or ""},
    )
    if request.method == "POST" and form.is_valid():
        owner = form.cleaned_data["owner"]
        text = _("%(lead)s belongs to nobody now.")
        if owner:
            text = _("%(lead)s now belongs to %(owner)s.")
        names = {"lead": lead.stakeholder, "owner": owner}
        change = partial(work.assign, lead=lead, owner=owner, by=request.user)
        return done(request, lead, change, text % names)
    return form_reply(request, lead, form, title=_("Assign"), submit=_("Assign"))


@form_page
@works_leads
def call(request: ProgramRequest, lead_id: int) -> HttpResponse:
    lead = lead_or_404(request, lead_id)
    form = CallForm(
        request.POST or None,
        initial={"called_at": timezone.localtime()},
        missing=missing_facts(lead),
    )
    if request.method == "POST" and form.is_valid():
        record = partial(record_call, **form.cleaned_data)
        text = _("Call with %(lead)s recorded.") % {"lead": lead.stakeholder}
        return done(request, lead, partial(record, lead=lead, by=request.user), text)
    words = {"title": _("Record the validation call"), "submit": _("Record the call")}
    return form_reply(request, lead, form, **words, layout="chips")
