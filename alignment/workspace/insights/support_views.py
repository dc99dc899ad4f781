"""Requests of sales to marketing, and their results."""

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

from accounts.models import Account
from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.workspace.deals.record import deals_of_account
from alignment.workspace.leads.replies import gone_to
from alignment.workspace.pages import form_page
from campaigns.insights.actions.support import TakenAlready, ask, decline, deliver, take
from campaigns.insights.models import InsightTopic
from campaigns.insights.queries.support import closed, minutes_left, pending, requests_in
from campaigns.library.queries import assets_offered

from .forms import AskForm, DeclineForm, DoneForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from alignment.people.requests import ProgramRequest
    from campaigns.insights.models import SupportRequest

works = requires(Permission.WORK_DEALS)
form_view = require_http_methods(["GET", "POST"])


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def support(request: ProgramRequest) -> HttpResponse:
    """The page, or for htmx its lists, fetched again when a request is made or changed."""
    waiting = pending(request.program)
    context = {
        "pending": waiting,
        "closed": closed(request.program),
        "left": minutes_left(request.program, waiting),
    }
    part = "#support" if request.htmx else ""
    return render(request, f"workspace/insights/support.html{part}", context)


@form_view
@works
@vary_on_headers("HX-Request")
def support_new(request: ProgramRequest, account_id: int) -> HttpResponse:
    account = Account.objects.in_program(request.program).filter(pk=account_id).first()
    if account is None:
        raise Http404
    deal = number_in(request.GET, "opportunity")
    deals = deals_of_account(request.program, account.pk)
    data = request.POST if request.method == "POST" else None
    initial = {"opportunity": str(deal or ""), "what": _what_for(request)}
    form = AskForm(data, initial=initial, deals=deals)
    back = reverse("workspace:account", args=[request.program.slug, account.pk])
    if deal in {row.pk for row in deals}:
        back = reverse("workspace:opportunity", args=[request.program.slug, deal])

    def asked() -> None:
        ask(account=account, by=request.user, **form.arguments())

    words = {"title": _("Ask marketing"), "about": account.name, "back": back}
    return _done(request, form, asked, _("Asked. Marketing is told."), words)


def _what_for(request: ProgramRequest) -> str:
    """`?topic=` prefills a request for content that answers the topic."""
    topics = InsightTopic.objects.in_program(request.program)
    topic = topics.filter(pk=number_in(request.GET, "topic") or 0).first()
    return _("Content that answers: %(topic)s") % {"topic": topic.name} if topic else ""


@require_POST
@works
def support_take(request: ProgramRequest, support_id: int) -> HttpResponse:
    try:
        over = request.POST.get("over") == "yes"
        take(support=_found(request, support_id), by=request.user, over=over)
    except TakenAlready as other:
        return gone_to(request, _list(request), str(other), messages.WARNING)
    except ValidationError as refused:
        return gone_to(request, _list(request), refused.messages[0], messages.WARNING)
    return gone_to(request, _list(request), _("It is yours. Sales is told."))


@form_view
@works
@vary_on_headers("HX-Request")
def support_done(request: ProgramRequest, support_id: int) -> HttpResponse:
    found = _found(request, support_id)
    assets = list(assets_offered(request.program))
    form = DoneForm(request.POST if request.method == "POST" else None, assets=assets)

    def delivered() -> None:
        deliver(support=found, by=request.user, **form.arguments())

    words = {"title": _("It is there"), "about": found.what, "back": _list(request)}
    return _done(request, form, delivered, _("Done. Sales is told."), words)


@form_view
@works
@vary_on_headers("HX-Request")
def support_decline(request: ProgramRequest, support_id: int) -> HttpResponse:
    found = _found(request, support_id)
    form = DeclineForm(request.POST if request.method == "POST" else None)

    def declined() -> None:
        decline(support=found, by=request.user, **form.arguments())

    words = {"title": _("Decline the request"), "about": found.what, "back": _list(request)}
    text = _("Declined. Sales is told why.")
    if found.asked_by_id == request.user.pk:
        words["title"], text = _("No longer needed"), _("Withdrawn. Marketing is told why.")
    return _done(request, form, declined, text, words)


def _done(
    request: ProgramRequest, form: Any, action: Callable[[], None], text: str, words: dict[str, str]
) -> HttpResponse:
    """The form, or after success a redirect to the page the person came from."""
    if form.is_valid():
        try:
            action()
        except ValidationError as refused:
            known = set(refused.message_dict) <= set(form.fields)
            form.add_error(None, refused if known else refused.messages)
        else:
            return gone_to(request, words["back"], text)
    given: dict[str, Any] = {"home": _list(request), "home_title": _("Support by marketing")}
    return form_page(request, "workspace/small_form.html", form, **(given | words))


def _list(request: ProgramRequest) -> str:
    return reverse("workspace:support", args=[request.program.slug])


def _found(request: ProgramRequest, support_id: int) -> SupportRequest:
    found = requests_in(request.program).filter(pk=support_id).first()
    if found is None:
        raise Http404
    return found
