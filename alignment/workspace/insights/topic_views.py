"""What customers raise: how often, where, with what outcome, and the answers to it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.workspace.edits import EditForm, save_edit
from alignment.workspace.leads.replies import gone_to
from alignment.workspace.pages import form_page
from campaigns.insights.actions.merging import merge_topics
from campaigns.insights.actions.topics import add_topic, answer_topic, change_topic, retire_topic
from campaigns.insights.models import ANSWERED_KINDS, InsightTopic, Tag, TagKind
from campaigns.insights.queries import objections
from campaigns.insights.queries.effects import newest_changes
from campaigns.insights.queries.topics import gaps, topics_in, topics_of, went_to
from campaigns.insights.rules.shares import ENOUGH
from campaigns.library.queries import assets_offered, sectors
from campaigns.opportunities.queries.pipeline import stages_of

from .forms import AnswerForm, HeardForm, MergeForm, TopicForm, answer_initial

if TYPE_CHECKING:
    from django.forms import Form

    from alignment.people.requests import ProgramRequest

works = requires(Permission.WORK_DEALS)
form_view = require_http_methods(["GET", "POST"])
TEMPLATE = "workspace/small_form.html"
QUOTES = 20


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def topics(request: ProgramRequest) -> HttpResponse:
    """Topics of one kind with their numbers, or for htmx that part of the page, updated live."""
    program = request.program
    competitors = topics_of(program, TagKind.COMPETITOR)
    form = HeardForm(request.GET, stages=stages_of(program), competitors=competitors)
    days = form.asked("days")
    asked = objections.Asked(
        kind=form.asked("kind") or TagKind.OBJECTION,
        sector=form.asked("sector") or "",
        stage=form.asked("stage"),
        competitor=form.asked("competitor"),
        since=timezone.now() - timedelta(days=days) if days else None,
    )
    context: dict[str, Any] = {
        "view": asked.kind,
        "form": form,
        "is_narrow": any((days, asked.sector, asked.stage, asked.competitor)),
        "rows": objections.raised_topics(program, asked),
        "gaps": gaps(program) if asked.kind == TagKind.OBJECTION else [],
        "all_deals": objections.all_deals(program, asked.since),
        "enough": ENOUGH,
        "answers": asked.kind in ANSWERED_KINDS,
    }
    part = "#topics" if request.htmx else ""
    return render(request, f"workspace/insights/topics.html{part}", context)


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def topic(request: ProgramRequest, tracker_id: int) -> HttpResponse:
    """One topic: its answer, where it is raised, and the passages. The address of a merged topic
    redirects to the one it is part of now.
    """
    program = request.program
    if (part_of := went_to(program, tracker_id)) is not None:
        return redirect("workspace:insight_topic", program.slug, part_of)
    found = _found(request, tracker_id)
    names = dict(sectors())
    quotes = Tag.objects.in_program(program).filter(topic=found, state=Tag.State.ACCEPTED)
    quotes = quotes.select_related("note__account", "note__opportunity").defer("note__text")
    context: dict[str, Any] = {
        "topic": found,
        "sectors": [(names.get(x.key), x) for x in objections.by_sector(program, found)],
        "stages": [(line.key, line) for line in objections.by_stage(program, found)],
        "competitors": [(x.key, x) for x in objections.by_competitor(program, found)],
        "quotes": list(quotes.order_by("-note__at", "-id")[:QUOTES]),
        "enough": ENOUGH,
        "answers": found.kind in ANSWERED_KINDS,
        "changes": newest_changes(program, found.pk),
    }
    part = "#record" if request.htmx else ""
    return render(request, f"workspace/insights/topic.html{part}", context)


@form_view
@works
@vary_on_headers("HX-Request")
def topic_new(request: ProgramRequest) -> HttpResponse:
    initial = {"kind": request.GET.get("kind", TagKind.OBJECTION)}
    form = TopicForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            made = add_topic(program=request.program, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, page_of(made), _("Added. Notes that have its words are found."))
    return _form(request, form, _("New topic"), _list(request), "")


@form_view
@works
@vary_on_headers("HX-Request")
def topic_edit(request: ProgramRequest, tracker_id: int) -> HttpResponse:
    found = _found(request, tracker_id)
    initial = {"name": found.name, "phrases": "\n".join(found.phrases)}
    data = request.POST if request.method == "POST" else None
    form = TopicForm(data, initial=initial, is_new=False)
    if form.is_valid():
        try:
            change_topic(topic=found, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(
                request, page_of(found), _("Saved. The newest notes are looked through.")
            )
    return _form(request, form, _("Change the topic"), page_of(found), str(found))


@form_view
@works
@vary_on_headers("HX-Request")
def topic_answer(request: ProgramRequest, tracker_id: int) -> HttpResponse:
    found = _found(request, tracker_id)
    if found.kind not in ANSWERED_KINDS:
        raise Http404
    assets = list(assets_offered(request.program))
    if found.asset and found.asset not in assets:
        assets.insert(0, found.asset)
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(data, topic=found, assets=assets)
    write = partial(answer_topic, topic=found, by=request.user)

    def stored() -> dict[str, Any]:
        return answer_initial(_found(request, tracker_id))

    if form.is_valid() and (not form.touched() or save_edit(form, write, stored)):
        if form.takes_away:
            text = _("The answer is taken away: sales has none again.")
            return gone_to(request, page_of(found), text, messages.WARNING)
        return gone_to(request, page_of(found), _("Saved. Sales sees it at once."))
    return _form(request, form, _("What we answer"), page_of(found), str(found))


@require_POST
@works
def topic_retire(request: ProgramRequest, tracker_id: int) -> HttpResponse:
    found, is_retired = _found(request, tracker_id), request.POST.get("retired") != "no"
    try:
        retire_topic(topic=found, is_retired=is_retired, by=request.user)
    except ValidationError as refused:
        return gone_to(request, page_of(found), refused.messages[0], messages.WARNING)
    text = _("Its words are looked for no longer.") if is_retired else _("In use again.")
    return gone_to(request, page_of(found), text)


@form_view
@works
@vary_on_headers("HX-Request")
def topic_merge(request: ProgramRequest, tracker_id: int) -> HttpResponse:
    """Merge it into another topic of its kind; this cannot be undone."""
    found = _found(request, tracker_id)
    others = [row for row in topics_of(request.program, found.kind) if row.pk != found.pk]
    form = MergeForm(request.POST if request.method == "POST" else None, others=others)
    if form.is_valid():
        into = form.chosen()
        try:
            merge_topics(topic=found, into=into, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            text = _("Merged: all that was %(topic)s is here now.") % {"topic": found.name}
            return gone_to(request, page_of(into), text)
    return _form(request, form, _("Merge the topic"), page_of(found), str(found))


def _form(request: ProgramRequest, form: Form, title: str, back: str, about: str) -> HttpResponse:
    words: dict[str, Any] = {"title": title, "about": about, "home_title": _("Insights")}
    words |= {"home": _list(request), "back": back}
    conflict = isinstance(form, EditForm) and form.is_overwritten
    return form_page(request, TEMPLATE, form, conflict=conflict, **words)


def _list(request: ProgramRequest) -> str:
    return reverse("workspace:insight_topics", args=[request.program.slug])


def page_of(found: InsightTopic) -> str:
    return reverse("workspace:insight_topic", args=[found.program.slug, found.pk])


def _found(request: ProgramRequest, tracker_id: int) -> InsightTopic:
    rows = topics_in(request.program).select_related("program")
    found = rows.filter(pk=tracker_id).first()
    if found is None:
        raise Http404
    return found
