"""What a rep does with a lead: log an attempt, give feedback, send it back, close it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.sla.actions import work

from .access import works_leads
from .actions_views import done, form_page, form_reply, lead_or_404
from .forms import AttemptForm, CodedForm, FeedbackForm, RecycleForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from alignment.people.requests import ProgramRequest

# Until when a lead rests unless somebody says otherwise.
USUAL_NURTURE = timedelta(days=90)


@form_page
@works_leads
def attempt(request: ProgramRequest, lead_id: int) -> HttpResponse:
    lead = lead_or_404(request, lead_id)
    usual = {"channel": "call", "at": timezone.localtime()}
    form = AttemptForm(request.POST or None, initial=usual)
    if request.method == "POST" and form.is_valid():
        record = partial(work.log_attempt, lead=lead, by=request.user, **form.cleaned_data)
        text = _("Attempt to reach %(lead)s recorded.") % {"lead": lead.stakeholder}
        return done(request, lead, record, text)
    title = _("Log an attempt")
    return form_reply(request, lead, form, title=title, submit=_("Log it"), layout="chips")


@form_page
@works_leads
def feedback(request: ProgramRequest, lead_id: int) -> HttpResponse:
    lead = lead_or_404(request, lead_id)
    form = FeedbackForm(request.POST or None, program=request.program)
    if request.method == "POST" and form.is_valid():
        give = partial(work.give_feedback, lead=lead, by=request.user, **form.cleaned_data)
        text = _("Feedback on %(lead)s given. Marketing knows.") % {"lead": lead.stakeholder}
        return done(request, lead, give, text)
    return form_reply(
        request,
        lead,
        form,
        title=_("Feedback on the lead"),
        submit=_("Give feedback"),
        layout="chips",
    )


@form_page
@works_leads
def recycle(request: ProgramRequest, lead_id: int) -> HttpResponse:
    lead = lead_or_404(request, lead_id)
    later = timezone.localdate() + USUAL_NURTURE
    form = RecycleForm(request.POST or None, program=request.program, initial={"until": later})
    if request.method == "POST" and form.is_valid():
        text = _("%(lead)s goes back to marketing.") % {"lead": lead.stakeholder}
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
    form = CodedForm(request.POST or None, program=request.program)
    if request.method == "POST" and form.is_valid():
        text = _("%(lead)s is disqualified.") % {"lead": lead.stakeholder}
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
