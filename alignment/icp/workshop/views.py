"""The workshop: a page that both sides have open, with the clock, the agenda and closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.models import Role
from alignment.people.permissions import Permission

from ..forms import FORMS, kinds
from ..models import Workshop
from ..rules import WEIGHTS
from . import actions
from .forms import CloseForm, WorkshopForm
from .queries import workshop_in, workshop_page, workshops

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

leads = requires(Permission.EDIT_AGREEMENTS)
takes_part = requires(Permission.COMMENT_AGREEMENTS)
PROBLEMS = (
    actions.WorkshopClosed,
    actions.AgreementOpen,
    actions.NotYours,
    actions.ProposalChanged,
    actions.TopicSettled,
    actions.TooManyTopics,
)


def found(request: ProgramRequest, workshop_id: int) -> Workshop:
    workshop = workshop_in(program=request.program, workshop_id=workshop_id)
    if workshop is None:
        raise Http404
    return workshop


def is_owner(request: ProgramRequest) -> bool:
    return request.membership.role == Role.OWNER


def to_workshop(request: ProgramRequest, workshop_id: int, topic_id: int = 0) -> HttpResponse:
    response = redirect("icp:workshop", request.program.slug, workshop_id)
    if topic_id:
        response["Location"] += f"?topic={topic_id}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.READ, write=Permission.EDIT_AGREEMENTS)
def workshop_list(request: ProgramRequest) -> HttpResponse:
    """All workshops; a manager opens the next one here."""
    form = WorkshopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = actions.open_workshop(
                program=request.program, by=request.user, **form.cleaned_data
            )
        except actions.OneIsOpen as problem:
            form.add_error(None, str(problem))
        else:
            return to_workshop(request, opened.pk)
    listed = workshops(request.program)
    context = {
        "workshops": listed,
        "form": form,
        "has_open": any(each.closed_at is None for each in listed),
    }
    status = 422 if form.errors else 200
    return render(request, "icp/workshop/list.html", context, status=status)


@require_safe
@requires(Permission.READ)
def workshop(request: ProgramRequest, workshop_id: int) -> HttpResponse:
    """The agenda and one topic; htmx fetches it again after every change."""
    page = workshop_page(
        workshop=found(request, workshop_id),
        topic_id=number_in(request.GET, "topic"),
        side=request.membership.side,
        is_owner=is_owner(request),
    )
    part = "#workshop" if request.htmx else ""
    context = {"page": page, "kinds": kinds()}
    return render(request, f"icp/workshop/page.html{part}", context)


@require_POST
@takes_part
def clock(request: ProgramRequest, workshop_id: int) -> HttpResponse:
    running = request.POST.get("run") == "yes"
    try:
        actions.run_clock(workshop=found(request, workshop_id), running=running, by=request.user)
    except actions.WorkshopClosed as problem:
        messages.warning(request, str(problem))
    return to_workshop(request, workshop_id)


@require_POST
@takes_part
def topic_add(request: ProgramRequest, workshop_id: int) -> HttpResponse:
    kind, _sep, weight = request.POST.get("kind", "").partition(" ")
    if kind not in FORMS:
        raise Http404
    try:
        topic = actions.add_topic(
            workshop=found(request, workshop_id),
            kind=kind,
            weight=weight if weight in WEIGHTS else "must",
            by=request.user,
        )
    except (actions.WorkshopClosed, actions.TooManyTopics) as problem:
        messages.warning(request, str(problem))
        return to_workshop(request, workshop_id)
    return to_workshop(request, workshop_id, topic.pk)


@require_POST
@leads
def close(request: ProgramRequest, workshop_id: int) -> HttpResponse:
    """Close the workshop; what was agreed becomes a draft that both sides can sign."""
    form = CloseForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    workshop = found(request, workshop_id)
    words = note or _("From the workshop “%(title)s”.") % {"title": workshop.title}
    try:
        actions.close(workshop=workshop, note=words, by=request.user)
    except PROBLEMS as problem:
        messages.warning(request, str(problem))
        return to_workshop(request, workshop_id)
    messages.success(request, _("Closed. What you agreed is a draft now: propose it, then sign."))
    return redirect("icp:draft", request.program.slug)
