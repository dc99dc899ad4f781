"""One topic: each side's proposal, agreeing, setting it aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.people.access import requires
from alignment.people.models import Side
from alignment.people.permissions import Permission

from ..form_context import as_typed, form_context
from ..forms import FORMS, CriterionForm, form_of, initial_of
from ..models import Proposal, Topic
from ..rules import InvalidIcp
from . import actions
from .forms import AgreeForm, AsideForm
from .queries import criterion_of, evidence, topic_in, topic_title
from .views import PROBLEMS, is_owner, takes_part, to_workshop

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


def _topic(request: ProgramRequest, topic_id: int) -> Topic:
    topic = topic_in(program=request.program, topic_id=topic_id)
    if topic is None:
        raise Http404
    return topic


def _back(request: ProgramRequest, topic: Topic) -> HttpResponse:
    return to_workshop(request, topic.workshop_id, topic.pk)


@require_safe
@requires(Permission.READ)
def data(request: ProgramRequest, topic_id: int) -> HttpResponse:
    """How accounts answer each side's proposal; fetched separately, because it reads them all."""
    topic = _topic(request, topic_id)
    context = {"evidence": evidence(topic), "topic": topic}
    return render(request, "icp/workshop/data.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@takes_part
def marketing(request: ProgramRequest, topic_id: int) -> HttpResponse:
    return _write(request, topic_id, Side.MARKETING)


@require_http_methods(["GET", "HEAD", "POST"])
@takes_part
def sales(request: ProgramRequest, topic_id: int) -> HttpResponse:
    return _write(request, topic_id, Side.SALES)


def _write(request: ProgramRequest, topic_id: int, side: Side) -> HttpResponse:
    """A side's proposal, written by a member of that side or by an owner."""
    topic = _topic(request, topic_id)
    if request.membership.side != side and not is_owner(request):
        raise PermissionDenied
    form = _form(request, topic, side)
    searching = "find" in request.POST
    if request.method == "POST" and not searching and form.is_valid():
        try:
            actions.propose(topic=topic, side=side, criterion=form.values(), by=request.user)
        except InvalidIcp as invalid:
            form.take_errors(invalid.errors)
        except (actions.WorkshopClosed, actions.TopicSettled) as problem:
            messages.warning(request, str(problem))
            return _back(request, topic)
        else:
            return _back(request, topic)
    if searching:
        form = as_typed(form)
    context = form_context(form, key=topic.key, search=request.POST.get("search", ""))
    context |= {"topic": topic, "side": side, "title": topic_title(topic)}
    status = 422 if form.is_bound else 200
    return render(request, "icp/workshop/proposal.html", context, status=status)


def _form(request: ProgramRequest, topic: Topic, side: Side) -> CriterionForm:
    """Initially what the side wrote, else the criterion in force, else empty."""
    proposals = Proposal.objects.in_program(request.program).filter(topic=topic, side=side)
    written = proposals.first()
    row = written.criterion if written else topic.before
    data = request.POST or None
    if row is None:
        return form_of(topic.kind, data, asked={"weight": topic.weight})
    initial = initial_of(criterion_of(row))
    # The old reason does not carry over: a side must give its own for what it wants now.
    return FORMS[topic.kind](data, initial=initial if written else initial | {"reason": ""})


@require_POST
@takes_part
def agree(request: ProgramRequest, topic_id: int) -> HttpResponse:
    topic, form = _topic(request, topic_id), AgreeForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        actions.agree(
            topic=topic,
            on=Side(form.cleaned_data["on"]),
            revision=form.cleaned_data["revision"],
            side=request.membership.side,
            is_owner=is_owner(request),
            by=request.user,
        )
    except PROBLEMS as problem:
        messages.warning(request, str(problem))
    return _back(request, topic)


@require_POST
@takes_part
def aside(request: ProgramRequest, topic_id: int) -> HttpResponse:
    """Park the topic, or leave it out of the profile."""
    topic, form = _topic(request, topic_id), AsideForm(request.POST)
    if not form.is_valid():
        for texts in form.errors.values():
            messages.warning(request, str(texts[0]))
        return _back(request, topic)
    try:
        actions.put_aside(topic=topic, by=request.user, **form.cleaned_data)
    except PROBLEMS as problem:
        messages.warning(request, str(problem))
    return _back(request, topic)


@require_POST
@takes_part
def reopen(request: ProgramRequest, topic_id: int) -> HttpResponse:
    topic = _topic(request, topic_id)
    try:
        actions.reopen(topic=topic, by=request.user)
    except actions.WorkshopClosed as problem:
        messages.warning(request, str(problem))
    return _back(request, topic)
