"""What sales saw of an account: findings, relationships, competition, and what marketing gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.field.actions.findings import record_finding, withdraw_finding
from accounts.field.actions.people import (
    forget,
    hand_over_relationship,
    know,
    remove_competitor,
    set_competitor,
)
from accounts.field.models import Competitor, CriterionFinding, Relationship
from accounts.field.queries.refuted import BY, refuted, refuted_batches
from accounts.field.rules import is_known
from accounts.models import Stakeholder
from accounts.queries.names import know_by_address
from accounts.rules.facts import FactsRejected
from alignment.core.hints import send
from alignment.people.access import requires
from alignment.people.models import User
from alignment.people.permissions import Permission
from alignment.scoring.tasks import judge_changed
from alignment.workspace.exports import csv_response
from alignment.workspace.leads.replies import gone_to, in_place
from alignment.workspace.pages import form_page

from .field_forms import CompetitorForm, FindingForm, HandOverForm, RelationshipForm
from .grounds import checked_as, criterion_of
from .queries import members_of
from .record import account_in

if TYPE_CHECKING:
    from accounts.models import Account
    from alignment.people.requests import ProgramRequest

MOST_PEOPLE = 200
LONGEST_KEY = 120
TEMPLATE = "workspace/small_form.html"
form_view = require_http_methods(["GET", "POST"])


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def refuted_page(request: ProgramRequest) -> HttpResponse:
    """What sales refuted, counted; one count clicked shows its accounts below."""
    only = _only(request)
    context = {"found": refuted(request.program, only), "only": only}
    part = "#refuted" if request.htmx else ""
    return render(request, f"workspace/accounts/refuted.html{part}", context)


@require_safe
@requires(Permission.READ)
def refuted_export(request: ProgramRequest) -> StreamingHttpResponse:
    """The rows behind the counts, whole, for whoever bought the list."""
    head = [
        gettext("Account"),
        gettext("Domain"),
        gettext("Criterion"),
        gettext("What was seen"),
        gettext("Source"),
        gettext("List"),
        gettext("Who"),
        gettext("When"),
    ]
    return csv_response(
        name=f"{request.program.slug}-refuted",
        head=head,
        batches=(
            [_refuted_line(row) for row in batch]
            for batch in refuted_batches(request.program, _only(request))
        ),
    )


def _refuted_line(row: CriterionFinding) -> list[Any]:
    account, who = row.account, str(row.by or "")
    about = [account.name, account.domain, row.words, row.seen, row.source, row.listed_by]
    return [*about, who, localtime(row.at).date().isoformat()]


def _only(request: ProgramRequest) -> dict[str, str]:
    only = {name: request.GET[name] for name in BY if name in request.GET}
    if any(len(key) > LONGEST_KEY or "\x00" in key for key in only.values()):
        raise Http404
    return only


@require_POST
@requires(Permission.RECORD_FINDINGS)
def finding_withdraw(request: ProgramRequest, account_id: int, finding_id: int) -> HttpResponse:
    """Take a finding back."""
    account = _account(request, account_id)
    rows = CriterionFinding.objects.in_program(request.program)
    found = rows.filter(pk=finding_id, account=account).first()
    if found is None:
        raise Http404
    try:
        withdraw_finding(finding=found, by=request.user)
    except FactsRejected as rejected:
        told = " ".join(error.message for error in rejected.errors)
        return gone_to(request, _page(account), told, messages.ERROR)
    send(judge_changed, program_id=request.program.pk)
    text, names = gettext("Withdrawn, and judged again."), f"account-{account.pk}"
    return in_place(request, _page(account), text, refresh=names)


@form_view
@requires(Permission.EDIT_FACTS)
@vary_on_headers("HX-Request")
def relationship_hand_over(
    request: ProgramRequest, account_id: int, relationship_id: int
) -> HttpResponse:
    """Somebody else takes over whom a person knew who left."""
    account = _account(request, account_id)
    rows = Relationship.objects.in_program(request.program).select_related("stakeholder", "user")
    found = rows.filter(pk=relationship_id, stakeholder__account=account).first()
    if found is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    initial = {"user": request.user.pk}
    form = HandOverForm(data, members=members_of(request.program), initial=initial)
    if form.is_valid():
        user = User.objects.get(pk=form.cleaned_data["user"])
        hand_over_relationship(relationship=found, user=user, by=request.user)
        return gone_to(request, _page(account), gettext("Handed over."))
    about = gettext("%(us)s knew %(them)s") % {"us": found.user, "them": found.stakeholder}
    return _form(request, form, account, gettext("Hand over a relationship"), about)


@form_view
@requires(Permission.RECORD_FINDINGS)
@vary_on_headers("HX-Request")
def finding(request: ProgramRequest, account_id: int, criterion: str) -> HttpResponse:
    """Confirm, refute or fill in one criterion."""
    account = _account(request, account_id)
    line = criterion_of(account, criterion)
    if line is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    checked = checked_as(line)
    known = is_known(checked, vars(account))
    form = FindingForm(data, kind=line.kind, is_known=known)
    if form.is_valid():
        said = form.cleaned_data
        try:
            record_finding(
                account=account,
                checked=checked,
                outcome=said["outcome"],
                seen=said["seen"],
                values=form.values(),
                by=request.user,
            )
        except FactsRejected as rejected:
            form.show(rejected.errors)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            send(judge_changed, program_id=request.program.pk)
            return gone_to(request, _page(account), gettext("Noted, and judged again."))
    seen = line.seen or gettext("unknown")
    about = gettext("%(criterion)s · now: %(seen)s") % {"criterion": line.words, "seen": seen}
    return _form(request, form, account, gettext("What sales saw"), about)


@form_view
@requires(Permission.EDIT_FACTS)
@vary_on_headers("HX-Request")
def relationship(request: ProgramRequest, account_id: int) -> HttpResponse:
    """Say who of us knows whom there; saying it again of a pair replaces it."""
    account = _account(request, account_id)
    members = members_of(request.program)
    rows = Stakeholder.objects.in_program(request.program).filter(account=account)
    people = list(rows.order_by("last_name", "first_name", "id")[:MOST_PEOPLE])
    know_by_address(program=request.program, people=people)
    initial = {"user": request.user.pk, "stakeholder": request.GET.get("person", "")}
    data = request.POST if request.method == "POST" else None
    form = RelationshipForm(data, members=members, people=people, initial=initial)
    if form.is_valid():
        said = {**form.cleaned_data}
        said["user"] = User.objects.get(pk=said["user"])
        said["stakeholder"] = next(p for p in people if p.pk == said["stakeholder"])
        try:
            know(**said, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, _page(account), gettext("Noted."))
    about = "" if people else gettext("Nobody is known here yet: add a person first.")
    return _form(request, form, account, gettext("Who knows whom"), about)


@require_POST
@requires(Permission.EDIT_FACTS)
def relationship_remove(
    request: ProgramRequest, account_id: int, relationship_id: int
) -> HttpResponse:
    account = _account(request, account_id)
    rows = Relationship.objects.in_program(request.program).select_related("stakeholder")
    found = rows.filter(pk=relationship_id, stakeholder__account=account).first()
    if found is None:
        raise Http404
    forget(relationship=found, by=request.user)
    return _removed(request, account)


@form_view
@requires(Permission.EDIT_FACTS)
@vary_on_headers("HX-Request")
def competitor(request: ProgramRequest, account_id: int) -> HttpResponse:
    """Say whose product they use; the same name again replaces what was said."""
    account = _account(request, account_id)
    form = CompetitorForm(
        request.POST if request.method == "POST" else None, initial=_said(request, account)
    )
    if form.is_valid():
        try:
            set_competitor(account=account, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, _page(account), gettext("Noted."))
    return _form(request, form, account, gettext("Competition"), "")


@require_POST
@requires(Permission.EDIT_FACTS)
def competitor_remove(request: ProgramRequest, account_id: int, competitor_id: int) -> HttpResponse:
    account = _account(request, account_id)
    rows = Competitor.objects.in_program(request.program)
    found = rows.filter(pk=competitor_id, account=account).first()
    if found is None:
        raise Http404
    remove_competitor(competitor=found, by=request.user)
    return _removed(request, account)


def _said(request: ProgramRequest, account: Account) -> dict[str, Any]:
    """What is stored of the competitor that the address names, if it does (`?name=`)."""
    name = request.GET.get("name", "").replace("\x00", "")
    rows = Competitor.objects.in_program(request.program).filter(account=account, name=name)
    columns = ("name", "contract_ends", "strength", "source", "note")
    return (rows.values(*columns).first() or {}) if name else {}


def _removed(request: ProgramRequest, account: Account) -> HttpResponse:
    text, names = gettext("Removed."), f"account-{account.pk}"
    return in_place(request, _page(account), text, refresh=names)


def _form(
    request: ProgramRequest, form: Any, account: Account, title: str, about: str
) -> HttpResponse:
    words: dict[str, Any] = {
        "home": reverse("workspace:accounts", args=[request.program.slug]),
        "home_title": gettext("Accounts"),
        "about": account,
        "title": title,
        "detail": about,
    }
    return form_page(request, TEMPLATE, form, back=_page(account), **words)


def _page(account: Account) -> str:
    return reverse("workspace:account", args=[account.program.slug, account.pk])


def _account(request: ProgramRequest, account_id: int) -> Account:
    found = account_in(program=request.program, account_id=account_id)
    if found is None:
        raise Http404
    return found
