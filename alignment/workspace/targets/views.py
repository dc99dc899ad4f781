"""The target accounts: the list, who works each, leaving it, past lists, the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.workspace.accounts.record import account_in
from alignment.workspace.leads.replies import gone_to, next_page
from alignment.workspace.pages import form_page
from campaigns.selection.actions.listing import change_target, fill, leave
from campaigns.selection.actions.refusals import SelectionRefused
from campaigns.selection.actions.sessions import nominate, set_settings
from campaigns.selection.queries.past import listed_in, past_sessions
from campaigns.selection.queries.session_page import session_numbered, session_page
from campaigns.selection.queries.settings import settings_of
from campaigns.selection.queries.targets import people_of, plays_of, target_in, target_of

from .forms import FillForm, ReasonForm, SettingsForm, WorkForm, work_of
from .queries import targets_page

if TYPE_CHECKING:
    from django.forms import Form

    from alignment.people.requests import ProgramRequest
    from campaigns.selection.models import Nomination, Target

FORM = "workspace/targets/form.html"
form_view = require_http_methods(["GET", "HEAD", "POST"])
TIERS = {"1": 1, "2": 2, "3": 3}


def list_address(request: ProgramRequest) -> str:
    return reverse("workspace:targets", args=[request.program.slug])


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def targets(request: ProgramRequest) -> HttpResponse:
    """The list; htmx refetches it whenever it changes."""
    mine, tier = request.GET.get("mine") == "1", TIERS.get(request.GET.get("tier", ""))
    page = targets_page(request.program, user=request.user, mine=mine, tier=tier)
    context = {"page": page, "mine": mine, "tier": tier}
    part = "#targets" if request.htmx else ""
    return render(request, f"workspace/targets/list.html{part}", context)


@require_safe
@requires(Permission.READ)
def past(request: ProgramRequest) -> HttpResponse:
    """Past lists, and the agreement rate over time."""
    context = {"past": past_sessions(request.program)}
    return render(request, "workspace/targets/past.html", context)


@require_safe
@requires(Permission.READ)
def past_list(request: ProgramRequest, number: int) -> HttpResponse:
    """One confirmed list, unchanged, and the votes that led to it."""
    session = session_numbered(request.program, number)
    if session is None or not session.is_confirmed:
        raise Http404
    page = session_page(session, request.membership.side)
    context = {"session": session, "lines": listed_in(session), "page": page}
    return render(request, "workspace/targets/past_list.html", context)


def _target(request: ProgramRequest, target_id: int) -> Target:
    target = target_in(program=request.program, target_id=target_id)
    if target is None:
        raise Http404
    return target


def _form(
    request: ProgramRequest, form: Form, title: str, about: str, back: str, submit: str = ""
) -> HttpResponse:
    """`submit` is needed if the title does not name an action."""
    submit = submit or title
    return form_page(request, FORM, form, title=title, about=about, back=back, submit=submit)


@form_view
@requires(Permission.VOTE_TARGETS)
@vary_on_headers("HX-Request")
def target_edit(request: ProgramRequest, target_id: int) -> HttpResponse:
    """Change the tier, an owner or the play."""
    target = _target(request, target_id)
    back = next_page(request, list_address(request))
    form = WorkForm(
        request.POST if request.method == "POST" else None,
        initial=work_of(target),
        people=people_of(request.program),
        plays=plays_of(request.program),
    )
    if form.is_valid():
        try:
            change_target(target=target, work=form.work(), by=request.user)
        except SelectionRefused as refused:
            form.add_error(None, str(refused))
        else:
            return gone_to(request, back, _("Saved."))
    return _form(request, form, _("Who works it"), target.account.name, back, _("Save"))


@form_view
@requires(Permission.VOTE_TARGETS)
@vary_on_headers("HX-Request")
def target_fill(request: ProgramRequest) -> HttpResponse:
    """Set one owner or play on all accounts of the list that lack it."""
    back = next_page(request, list_address(request))
    people, plays = people_of(request.program), plays_of(request.program)
    form = FillForm(request.POST if request.method == "POST" else None, people=people, plays=plays)
    if form.is_valid():
        try:
            changed = fill(program=request.program, by=request.user, **form.given())
        except SelectionRefused as refused:
            form.add_error(None, str(refused))
        else:
            words = ngettext("%(n)d account changed.", "%(n)d accounts changed.", changed)
            return gone_to(request, back, words % {"n": changed})
    about = _("Accounts of the list that have none get these. What is chosen already stays.")
    return _form(request, form, _("Fill in what is missing"), about, back)


@form_view
@requires(Permission.VOTE_TARGETS)
@vary_on_headers("HX-Request")
def target_leave(request: ProgramRequest, target_id: int) -> HttpResponse:
    """Take an account off the list, with a reason."""
    target = _target(request, target_id)
    back = next_page(request, list_address(request))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            leave(target=target, reason=form.cleaned_data["reason"], by=request.user)
        except SelectionRefused as refused:
            form.add_error(None, str(refused))
        else:
            text = _("%(account)s left the list.") % {"account": target.account}
            return gone_to(request, back, text)
    return _form(request, form, _("Take off the list"), target.account.name, back)


@form_view
@requires(Permission.VOTE_TARGETS)
@vary_on_headers("HX-Request")
def target_nominate(request: ProgramRequest, account_id: int) -> HttpResponse:
    """Nominate an account on behalf of one's side."""
    account = account_in(program=request.program, account_id=account_id)
    side = request.membership.side
    if account is None or side is None:
        raise Http404
    back = reverse("workspace:account", args=[request.program.slug, account.pk])
    listed = target_of(account)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            made = nominate(account=account, side=side, reason=reason, by=request.user)
        except SelectionRefused as refused:
            form.add_error(None, str(refused))
        else:
            return gone_to(request, back, _nominated(made, listed))
    if listed is None:
        return _form(request, form, _("Nominate as a target"), account.name, back)
    words = _("%(account)s is on the list already: a session decides whether it stays.")
    about = words % {"account": account.name}
    return _form(request, form, _("Put up for review"), about, back)


def _nominated(made: Nomination, listed: Target | None) -> str:
    """What happens next, as text."""
    if listed is None and made.session_id:
        return _("It is a candidate now.")
    if listed is None:
        return _("It is a candidate of the next session.")
    if made.session_id:
        return _("It is on the list already: this session decides whether it stays.")
    return _("It is on the list already: the next session decides whether it stays.")


@form_view
@requires(Permission.READ, write=Permission.EDIT_AGREEMENTS)
@vary_on_headers("HX-Request")
def target_settings(request: ProgramRequest) -> HttpResponse:
    """The places on the list, the number of proposals, and when an account counts as quiet."""
    back = list_address(request)
    row = settings_of(request.program)
    initial = {name: getattr(row, name) for name in SettingsForm.base_fields}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        set_settings(program=request.program, by=request.user, **form.changes())
        return gone_to(request, back, _("Saved. It counts from the next session on."))
    return _form(request, form, _("How targets are chosen"), "", back, _("Save"))
