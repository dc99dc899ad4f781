"""Changes of messages because of what customers said, and the outcomes of deals since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.workspace.leads.replies import gone_to
from alignment.workspace.pages import form_page
from campaigns.insights.actions.changes import Overtaken, end_change, record_change
from campaigns.insights.models import ANSWERED_KINDS
from campaigns.insights.queries import effects as queries
from campaigns.insights.queries.briefings import briefing_in
from campaigns.insights.queries.topics import topics_of
from campaigns.insights.rules.effect import Group, effect_of
from campaigns.insights.rules.shares import ENOUGH
from campaigns.library.queries import assets_offered

from .briefing_forms import ChangeForm, change_initial
from .briefing_rows import difference_words, group_words, share_words, verdict_word

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest
    from campaigns.insights.models import Briefing, MessageChange

works = requires(Permission.WORK_DEALS)
form_view = require_http_methods(["GET", "POST"])


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def message_changes(request: ProgramRequest) -> HttpResponse:
    """Current and former messages, or for htmx the list."""
    changes = queries.newest_changes(request.program)
    rows = queries.effects(request.program, changes)
    context = {"rows": [(c, effect, verdict_word(effect.verdict)) for c, effect in rows]}
    part = "#changes" if request.htmx else ""
    return render(request, f"workspace/insights/changes.html{part}", context)


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def message_change(request: ProgramRequest, change_id: int) -> HttpResponse:
    """One change, its effect, and the deals behind the selected number."""
    found = _found(request, change_id)
    raised = queries.raised_in(request.program, [found.topic_id]).get(found.topic_id, [])
    effect = effect_of(raised, queries.in_use(found))
    group = _choice(request.GET.get("deals"), list(group_words()), Group.AFTER)
    only = _choice(request.GET.get("only"), list(queries.Only), "")
    context: dict[str, Any] = {
        "change": found,
        "effect": effect,
        "sides": [
            (Group.BEFORE, group_words()[Group.BEFORE], effect.before, *share_words(effect.before)),
            (Group.AFTER, group_words()[Group.AFTER], effect.after, *share_words(effect.after)),
        ],
        "difference": difference_words(effect),
        "verdict": verdict_word(effect.verdict),
        "enough": ENOUGH,
        "group": group,
        "only": only,
        "group_name": group_words()[group],
        "deals": queries.rows_of(found, raised, Group(group), only),
    }
    part = "#record" if request.htmx else ""
    return render(request, f"workspace/insights/change.html{part}", context)


@form_view
@works
@vary_on_headers("HX-Request")
def message_change_new(request: ProgramRequest) -> HttpResponse:
    """`topic` and `briefing` in the query string say what caused the change."""
    program = request.program
    topics = [row for row in topics_of(program) if row.kind in ANSWERED_KINDS]
    asked = number_in(request.GET, "topic")
    chosen = next((row for row in topics if row.pk == asked), None)
    assets = list(assets_offered(program))
    data = request.POST if request.method == "POST" else None
    initial = change_initial(chosen, queries.newest_id(program))
    form = ChangeForm(data, initial=initial, topics=topics, assets=assets)
    briefing = _briefing(request)
    if form.is_valid():
        try:
            made = record_change(by=request.user, briefing=briefing, **form.arguments())
        except ValidationError as refused:
            form.add_error(None, refused)
        except Overtaken as late:
            form.ask_again(late.newest)
        else:
            return gone_to(request, page_of(request, made), _("Recorded. Sales sees it at once."))
    words: dict[str, Any] = {"title": _("We say something else"), "about": str(chosen or "")}
    words |= {"home": _list(request), "home_title": _("Message changes")}
    words["action"] = request.get_full_path()
    template = "workspace/small_form.html"
    words["back"] = _back(request, briefing)
    return form_page(request, template, form, conflict=form.is_overwritten, **words)


@require_POST
@works
def message_change_end(request: ProgramRequest, change_id: int) -> HttpResponse:
    found = _found(request, change_id)
    end_change(change=found, by=request.user)
    return gone_to(request, page_of(request, found), _("It is no longer in use."))


def page_of(request: ProgramRequest, found: MessageChange) -> str:
    return reverse("workspace:message_change", args=[request.program.slug, found.pk])


def _list(request: ProgramRequest) -> str:
    return reverse("workspace:message_changes", args=[request.program.slug])


def _briefing(request: ProgramRequest) -> Briefing | None:
    pk = number_in(request.GET, "briefing")
    return briefing_in(request.program, pk) if pk else None


def _back(request: ProgramRequest, briefing: Briefing | None) -> str:
    if briefing is None:
        return _list(request)
    return reverse("workspace:briefing", args=[request.program.slug, briefing.pk])


def _choice(value: str | None, among: list[str], otherwise: str) -> str:
    return next((str(known) for known in among if known == value), str(otherwise))


def _found(request: ProgramRequest, change_id: int) -> MessageChange:
    found = queries.change_in(request.program, change_id)
    if found is None:
        raise Http404
    return found
