"""The leads ticked in a list: give them an owner, or send them away for one reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import Lead
from alignment.sla.actions import work
from campaigns.opportunities.actions import moving

from . import actions
from .access import works_leads
from .forms import CodedForm, OwnerForm, RecycleForm, chosen_ids
from .queries import choices
from .replies import gone_to, next_page, undoable
from .work_views import USUAL_NURTURE

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse, QueryDict

    from alignment.people.requests import ProgramRequest
    from campaigns.opportunities.actions.moving import Return


@dataclass(frozen=True, slots=True)
class SendingAway:
    """The words of the page on which a reason is chosen for several leads."""

    title: str
    lede: str
    submit: str
    danger: bool = False


@require_POST
@works_leads
def assign_chosen(request: ProgramRequest) -> HttpResponse:
    back = _back(request)
    members = choices(program=request.program).members
    form = OwnerForm(request.POST, program=request.program, members=members)
    lead_ids = chosen_ids(request.POST.getlist("lead"))
    if not lead_ids:
        return _nothing_chosen(request)
    if not form.is_valid():
        return gone_to(request, back, _("Choose a member of this program."), messages.WARNING)
    count = actions.assign_all(
        program=request.program,
        lead_ids=lead_ids,
        owner=form.cleaned_data["owner"],
        by=request.user,
    )
    text = ngettext("%(count)d lead changed hands.", "%(count)d leads changed hands.", count)
    return gone_to(request, back, text % {"count": count})


@require_POST
@works_leads
def recycle_chosen(request: ProgramRequest) -> HttpResponse:
    leads = _chosen(request)
    form = RecycleForm(
        _typed(request),
        program=request.program,
        initial={"until": timezone.localdate() + USUAL_NURTURE},
    )
    if leads and form.is_valid():
        return _changed(
            request,
            leads,
            lambda lead: work.recycle(lead=lead, by=request.user, **form.cleaned_data),
            lambda count: ngettext(
                "%(count)d lead goes back to marketing.",
                "%(count)d leads go back to marketing.",
                count,
            ),
            undo="leads_take_back",
        )
    words = SendingAway(
        title=_("Back to nurture"),
        lede=_("Marketing takes the leads again. Each rises once the person does something new."),
        submit=_("Send back"),
    )
    return _form_reply(request, leads, form, words)


@require_POST
@works_leads
def disqualify_chosen(request: ProgramRequest) -> HttpResponse:
    leads = _chosen(request)
    form = CodedForm(_typed(request), program=request.program)
    if leads and form.is_valid():
        return _changed(
            request,
            leads,
            lambda lead: work.disqualify(lead=lead, by=request.user, **form.cleaned_data),
            lambda count: ngettext(
                "%(count)d lead is disqualified.", "%(count)d leads are disqualified.", count
            ),
            undo="leads_bring_back",
        )
    words = SendingAway(
        title=_("Disqualify"),
        lede=_("This closes the leads. A new engagement of a person would open another one."),
        submit=_("Disqualify"),
        danger=True,
    )
    return _form_reply(request, leads, form, words)


@require_POST
@works_leads
def take_chosen_back(request: ProgramRequest) -> HttpResponse:
    return _returned(request, moving.take_back)


@require_POST
@works_leads
def bring_chosen_back(request: ProgramRequest) -> HttpResponse:
    return _returned(request, moving.bring_back)


def _returned(request: ProgramRequest, undo: Return) -> HttpResponse:
    leads = _chosen(request)
    if not leads:
        return _nothing_chosen(request)
    return _changed(
        request,
        leads,
        lambda lead: undo(lead=lead, by=request.user),
        lambda count: ngettext("%(count)d lead is back.", "%(count)d leads are back.", count),
    )


def _back(request: ProgramRequest) -> str:
    return next_page(request, reverse("workspace:leads", args=[request.program.slug]))


def _nothing_chosen(request: ProgramRequest) -> HttpResponse:
    text = _("Tick at least one lead first.")
    return gone_to(request, _back(request), text, messages.WARNING)


def _chosen(request: ProgramRequest) -> list[Lead]:
    ids = chosen_ids(request.POST.getlist("lead"))
    rows = Lead.objects.in_program(request.program).filter(pk__in=ids)
    return list(rows.select_related("stakeholder", "account").order_by("-stage_since", "-pk"))


def _typed(request: ProgramRequest) -> QueryDict | None:
    """The list posts the ticked leads; only the page with the reason posts the answer as well."""
    return request.POST if "answered" in request.POST else None


def _changed(
    request: ProgramRequest,
    leads: list[Lead],
    change: Callable[[Lead], object],
    said: Callable[[int], str],
    undo: str = "",
) -> HttpResponse:
    """Change the leads and say what became of them; `undo` names the view that takes it back."""
    back = _back(request)
    try:
        changed = actions.change_each(leads=leads, change=change)
    except work.ReasonRefused as refused:
        return gone_to(request, back, str(refused), messages.WARNING)
    left = len(leads) - len(changed)
    told = [said(len(changed)) % {"count": len(changed)}] if changed else []
    if left:
        told.append(_stayed(left))
    text = " ".join(told)
    if undo and changed:
        url = reverse(f"workspace:{undo}", args=[request.program.slug])
        text = undoable(text, url, lead=[lead.pk for lead in changed], next=back)
    return gone_to(request, back, text, messages.WARNING if left else messages.SUCCESS)


def _stayed(count: int) -> str:
    text = ngettext(
        "%(count)d lead stays as it is: its stage does not allow this.",
        "%(count)d leads stay as they are: their stage does not allow this.",
        count,
    )
    return text % {"count": count}


def _form_reply(
    request: ProgramRequest, leads: list[Lead], form: CodedForm, words: SendingAway
) -> HttpResponse:
    if not leads:
        return _nothing_chosen(request)
    context = {
        "leads": leads,
        "form": form,
        "next": _back(request),
        "action": request.path,
        "layout": "chips",
        **asdict(words),
    }
    status = 422 if form.is_bound else 200
    return render(request, "workspace/leads/chosen.html", context, status=status)
