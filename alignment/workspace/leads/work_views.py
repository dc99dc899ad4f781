"""Working a lead: log an attempt, give feedback, recycle it, close it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alignment.scoring.actions.leads import ImpossibleStep, LeadMoved
from alignment.sla.actions import work
from campaigns.opportunities.actions import moving

from .access import works_leads
from .actions_views import back_to, done, form_page, form_reply, lead_or_404
from .feedback import after_no, already_said, carried_over, newest_feedback
from .forms import AttemptForm, CodedForm, FeedbackForm, RecycleForm
from .refused_channels import refusal_words, refused_channels
from .replies import gone_to, toast, undoable

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from accounts.models import Lead
    from alignment.people.requests import ProgramRequest
    from alignment.sla.models import Feedback
    from campaigns.opportunities.actions.moving import Return

# The default time until a recycled lead returns.
USUAL_NURTURE = timedelta(days=90)


@form_page
@works_leads
def attempt(request: ProgramRequest, lead_id: int) -> HttpResponse:
    lead = lead_or_404(request, lead_id)
    refused = refused_channels(lead)
    usual = {"channel": "" if "call" in refused else "call", "at": timezone.localtime()}
    form = AttemptForm(request.POST or None, initial=usual, refused=refused)
    if request.method == "POST" and form.is_valid():
        record = partial(work.log_attempt, lead=lead, by=request.user, **form.cleaned_data)
        text = _("Attempt to reach %(lead)s recorded.") % {"lead": lead.stakeholder}
        return done(request, lead, record, text)
    words = {"title": _("Log an attempt"), "submit": _("Log it"), "layout": "chips"}
    return form_reply(request, lead, form, warning=refusal_words(refused), **words)


@form_page
@works_leads
def feedback(request: ProgramRequest, lead_id: int) -> HttpResponse:
    """New feedback replaces the previous one only if the person has seen that."""
    lead = lead_or_404(request, lead_id)
    word = newest_feedback(lead)
    usual = {"seen": word.pk if word else 0}
    form = FeedbackForm(request.POST or None, program=request.program, initial=usual)
    if request.method == "POST" and form.is_valid():
        try:
            work.give_feedback(lead=lead, by=request.user, **form.cleaned_data)
        except work.AlreadySaid as said:
            word = said.word
            form.show_beside(word)
        except (ImpossibleStep, LeadMoved, work.ReasonRefused) as refused:
            return gone_to(request, back_to(request, lead), str(refused), messages.WARNING)
        else:
            return _judged(request, lead, fits=form.cleaned_data["fits"])
    return _feedback_form(request, lead, form, word)


def _feedback_form(
    request: ProgramRequest, lead: Lead, form: FeedbackForm, word: Feedback | None
) -> HttpResponse:
    words = {"title": _("Feedback on the lead"), "submit": _("Give feedback"), "layout": "chips"}
    if word is not None:
        said = already_said(word, is_own=word.by_id == request.user.pk)
        words |= {"warning": f"{said} {_('Replace it?')}", "submit": _("Replace it")}
    return form_reply(request, lead, form, **words)


def _judged(request: ProgramRequest, lead: Lead, *, fits: bool) -> HttpResponse:
    """After a no, the possible next steps; else back."""
    text = _("Feedback on %(lead)s given. Marketing knows.") % {"lead": lead.stakeholder}
    if fits or after_no(lead) is None:
        return gone_to(request, back_to(request, lead), text)
    if request.htmx:
        reply = _shown_after_no(request, lead)
        reply["HX-Trigger"] = toast(text)
        return reply
    url = reverse("workspace:lead_after_no", args=[request.program.slug, lead.pk])
    asked = urlencode({"next": back_to(request, lead)})
    return gone_to(request, f"{url}?{asked}", text)


@require_safe
@works_leads
def after_no_page(request: ProgramRequest, lead_id: int) -> HttpResponse:
    return _shown_after_no(request, lead_or_404(request, lead_id))


def _shown_after_no(request: ProgramRequest, lead: Lead) -> HttpResponse:
    context = {"lead": lead, "after": after_no(lead), "next": back_to(request, lead)}
    part = "#after" if request.htmx else ""
    return render(request, f"workspace/leads/after_no.html{part}", context)


@form_page
@works_leads
def recycle(request: ProgramRequest, lead_id: int) -> HttpResponse:
    lead = lead_or_404(request, lead_id)
    later = timezone.localdate() + USUAL_NURTURE
    usual = {"until": later, **carried_over(lead, RecycleForm.use)}
    form = RecycleForm(request.POST or None, program=request.program, initial=usual)
    if request.method == "POST" and form.is_valid():
        text = _undoable(request, lead, _("%(lead)s goes back to marketing."), "lead_take_back")
        change = partial(work.recycle, lead=lead, by=request.user, **form.cleaned_data)
        return done(request, lead, change, text)
    return form_reply(
        request,
        lead,
        form,
        title=_("Back to nurture"),
        lede=_("Marketing takes the lead again. It rises once the person does something new."),
        submit=_("Send back"),
        layout="chips",
    )


@form_page
@works_leads
def disqualify(request: ProgramRequest, lead_id: int) -> HttpResponse:
    lead = lead_or_404(request, lead_id)
    usual = carried_over(lead, CodedForm.use)
    form = CodedForm(request.POST or None, program=request.program, initial=usual)
    if request.method == "POST" and form.is_valid():
        text = _undoable(request, lead, _("%(lead)s is disqualified."), "lead_bring_back")
        change = partial(work.disqualify, lead=lead, by=request.user, **form.cleaned_data)
        return done(request, lead, change, text)
    return form_reply(
        request,
        lead,
        form,
        title=_("Disqualify"),
        lede=_("This closes the lead. A new engagement of the person would open another one."),
        submit=_("Disqualify"),
        danger="yes",
        layout="chips",
    )


def _undoable(request: ProgramRequest, lead: Lead, text: str, undo: str) -> SafeString:
    url = reverse(f"workspace:{undo}", args=[request.program.slug, lead.pk])
    return undoable(text % {"lead": lead.stakeholder}, url)


@require_POST
@works_leads
def bring_back(request: ProgramRequest, lead_id: int) -> HttpResponse:
    return _returned(request, lead_id, moving.bring_back)


@require_POST
@works_leads
def take_back(request: ProgramRequest, lead_id: int) -> HttpResponse:
    return _returned(request, lead_id, moving.take_back)


def _returned(request: ProgramRequest, lead_id: int, undo: Return) -> HttpResponse:
    lead = lead_or_404(request, lead_id)
    url = reverse("workspace:lead", args=[request.program.slug, lead.pk])
    try:
        back = undo(lead=lead, by=request.user)
    except LeadMoved as moved:
        return gone_to(request, url, str(moved), messages.WARNING)
    words = {"lead": lead.stakeholder, "stage": back.get_stage_display()}
    return gone_to(request, url, _("%(lead)s is back: %(stage)s.") % words)
