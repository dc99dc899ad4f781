"""The open session of both sides: votes, the reveal, the agenda, the confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.people.access import requires
from alignment.people.models import Side
from alignment.people.permissions import Permission
from alignment.workspace.leads.replies import gone_to, in_place
from alignment.workspace.pages import form_page
from campaigns.selection.actions import confirming, sessions, voting
from campaigns.selection.actions.listing import place
from campaigns.selection.actions.locks import LIVE
from campaigns.selection.actions.refusals import SelectionRefused
from campaigns.selection.queries.past import past_sessions
from campaigns.selection.queries.session_page import Row, candidate_in, session_page
from campaigns.selection.queries.settings import settings_of
from campaigns.selection.queries.slate import waiting_nominations
from campaigns.selection.queries.targets import (
    just_discarded,
    last_confirmed,
    open_session_of,
    people_of,
    plays_of,
    taken,
)

from .forms import DiscardForm, FillForm, VoteForm, WorkForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from alignment.people.requests import ProgramRequest
    from campaigns.selection.models import Session

FORM = "workspace/targets/form.html"
votes = requires(Permission.VOTE_TARGETS)


def _address(request: ProgramRequest) -> str:
    return reverse("workspace:target_session", args=[request.program.slug])


def _session(request: ProgramRequest) -> Session:
    session = open_session_of(request.program)
    if session is None:
        raise Http404
    return session


def _side(request: ProgramRequest) -> Side:
    side = request.membership.side
    if side is None:
        raise Http404
    return side


def _done(request: ProgramRequest, action: Callable[[], str]) -> HttpResponse:
    """Run the action and stay on the page, which refreshes itself; show a refusal as a message."""
    try:
        text, level = action(), messages.SUCCESS
    except SelectionRefused as refused:
        text, level = str(refused), messages.WARNING
    return in_place(request, _address(request), text, refresh=LIVE, level=level)


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def session(request: ProgramRequest) -> HttpResponse:
    """The open session, or else a preview of how the next one would begin."""
    part = "#session" if request.htmx else ""
    current = open_session_of(request.program)
    if current is None:
        return render(request, f"workspace/targets/closed.html{part}", _next(request))
    page = session_page(current, request.membership.side)
    context: dict[str, Any] = {"page": page, "session": current}
    to_place = page.groups.get("to_place", ())
    if to_place and request.membership.side:
        context["to_place"] = list(zip(to_place, _forms(request, to_place), strict=True))
        context["for_all"] = _for_all(request)
    template = "voting" if current.is_voting else "discussing"
    return render(request, f"workspace/targets/{template}.html{part}", context)


def _next(request: ProgramRequest) -> dict[str, Any]:
    return {
        "settings": settings_of(request.program),
        "last": last_confirmed(request.program),
        "taken": taken(request.program.pk),
        "waiting": len(waiting_nominations(request.program.pk)),
        "past": past_sessions(request.program),
        "discarded": just_discarded(request.program),
    }


def _forms(request: ProgramRequest, rows: Any) -> list[WorkForm]:
    """One form per agreed account. Owners default to those who voted for it, or to the account's
    owner.
    """
    people, plays = people_of(request.program), plays_of(request.program)
    sellers = {member.user_id for member in people[Side.SALES]}
    data = request.POST if request.method == "POST" else None
    return [
        WorkForm(
            data,
            prefix=f"c{row.candidate.pk}",
            initial=_suggested(row, sellers),
            people=people,
            plays=plays,
        )
        for row in rows
    ]


def _for_all(request: ProgramRequest) -> FillForm:
    data = request.POST if request.method == "POST" else None
    people, plays = people_of(request.program), plays_of(request.program)
    return FillForm(data, prefix="all", people=people, plays=plays)


def _suggested(row: Row, sellers: set[int]) -> dict[str, Any]:
    owner = row.account.owner_id if row.account.owner_id in sellers else None
    return {
        "tier": 2,
        "marketing_owner": row.marketing.by_id if row.marketing else None,
        "sales_owner": owner or (row.sales.by_id if row.sales else None),
    }


@require_POST
@votes
def session_open(request: ProgramRequest) -> HttpResponse:
    def action() -> str:
        sessions.open_session(program=request.program, by=request.user)
        return _("The session is open. Both sides can vote.")

    return _done(request, action)


@require_POST
@votes
def vote(request: ProgramRequest, candidate_id: int) -> HttpResponse:
    candidate = candidate_in(program=request.program, candidate_id=candidate_id)
    if candidate is None:
        raise Http404
    side, form = _side(request), VoteForm(request.POST)

    def action() -> str:
        if not form.is_valid():
            raise SelectionRefused("invalid", _("Choose yes, no or not yet, and say why."))
        voting.vote(candidate=candidate, side=side, by=request.user, **form.cleaned_data)
        return _("Vote noted.")

    return _done(request, action)


@require_POST
@requires(Permission.CONFIRM_TARGETS)
def ready(request: ProgramRequest) -> HttpResponse:
    """Declare or withdraw readiness for the reveal; a manager speaks for the side."""
    current, side = _session(request), _side(request)

    def action() -> str:
        if request.POST.get("ready") == "no":
            voting.take_back_ready(session=current, side=side, by=request.user)
            return _("Your side goes on voting.")
        anyway = request.POST.get("ready") == "anyway"
        if voting.declare_ready(session=current, side=side, by=request.user, anyway=anyway):
            return _("Votes revealed.")
        return _("Your side is ready. Votes are revealed as soon as the other one is.")

    return _done(request, action)


@require_POST
@votes
def place_agreed(request: ProgramRequest) -> HttpResponse:
    """Put the ticked accounts on the list, with owners, tiers and plays."""
    current = _session(request)

    def action() -> str:
        page = session_page(current, request.membership.side)
        chosen = set(request.POST.getlist("chosen"))
        rows = [row for row in page.rows if str(row.candidate.pk) in chosen]
        forms = _forms(request, rows)
        if not rows or not all(form.is_valid() for form in forms):
            raise SelectionRefused("invalid", _("Tick the accounts that go on the list."))
        for_all = _for_all(request)
        others = for_all.given() if for_all.is_valid() else {}
        work = [
            (row.candidate, form.work().filled(others))
            for row, form in zip(rows, forms, strict=True)
        ]
        placed = len(place(session=current, work=work, by=request.user))
        words = ngettext(
            "%(count)d account is on the list now.",
            "%(count)d accounts are on the list now.",
            placed,
        )
        return words % {"count": placed}

    return _done(request, action)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONFIRM_TARGETS)
@vary_on_headers("HX-Request")
def discard(request: ProgramRequest) -> HttpResponse:
    """End a session that was opened by mistake; possible only before the reveal."""
    current, back = _session(request), _address(request)
    form = DiscardForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            voting.discard(session=current, by=request.user, **form.cleaned_data)
        except SelectionRefused as refused:
            form.add_error(None, str(refused))
        else:
            return gone_to(request, back, _("The session is discarded. Nobody sees its votes."))
    about = _("Session %(number)s") % {"number": current.number}
    return form_page(request, FORM, form, title=_("Discard the session"), about=about, back=back)


@require_POST
@requires(Permission.CONFIRM_TARGETS)
def confirm(request: ProgramRequest) -> HttpResponse:
    """Confirm the list, as it was shown, for one's side."""
    current, side = _session(request), _side(request)

    def action() -> str:
        seen = request.POST.get("seen", "")
        if confirming.confirm(session=current, side=side, seen=seen, by=request.user):
            return _("Both sides have confirmed. The list is dated and kept.")
        return _("Confirmed for your side. The other side confirms next.")

    return _done(request, action)
