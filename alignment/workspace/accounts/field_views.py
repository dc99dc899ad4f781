"""What sales found out about an account, and the summary for marketing."""

from __future__ import annotations

from dataclasses import replace
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
from accounts.field.models import CriterionFinding
from accounts.field.queries.refuted import BY, Group, Refuted, refuted, refuted_batches
from accounts.field.rules import is_known
from accounts.rules.facts import FactsRejected
from alignment.core.hints import send
from alignment.icp.queries import icp_in_force
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.scoring.tasks import judge_changed
from alignment.workspace.exports import csv_response
from alignment.workspace.leads.replies import gone_to, in_place
from alignment.workspace.pages import form_page

from .criterion_facts import checked_as, criterion_of
from .field_forms import FindingForm
from .finding_words import CriterionNames, criterion_names, finding_lines
from .record import account_in

if TYPE_CHECKING:
    from accounts.models import Account
    from alignment.people.requests import ProgramRequest

LONGEST_KEY = 120
TEMPLATE = "workspace/small_form.html"
form_view = require_http_methods(["GET", "POST"])


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def refuted_page(request: ProgramRequest) -> HttpResponse:
    """Counts of what sales refuted; a click on a count lists its accounts below."""
    only = _only(request)
    found = refuted(request.program, only)
    criteria = icp_in_force(request.program)[0].criteria
    context = {
        "found": found,
        "groups": {**found.groups, "criterion": _by_criterion(criterion_names(criteria), found)},
        "lines": finding_lines(criteria, found.rows),
        "only": only,
    }
    part = "#refuted" if request.htmx else ""
    return render(request, f"workspace/accounts/refuted.html{part}", context)


def _by_criterion(names: CriterionNames, found: Refuted) -> list[Group]:
    """Criteria of the current profile are named in the reader's language."""
    groups = found.groups["criterion"]
    return [replace(g, name=names.now.get(g.key) or names.of(g.name)) for g in groups]


@require_safe
@requires(Permission.READ)
def refuted_export(request: ProgramRequest) -> StreamingHttpResponse:
    """All rows behind the counts, for the people who bought the list."""
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
    names = criterion_names(icp_in_force(request.program)[0].criteria)
    return csv_response(
        name=f"{request.program.slug}-refuted",
        head=head,
        batches=(
            [_refuted_line(row, names) for row in batch]
            for batch in refuted_batches(request.program, _only(request))
        ),
    )


def _refuted_line(row: CriterionFinding, names: CriterionNames) -> list[Any]:
    account, who = row.account, str(row.by or "")
    about = [account.name, account.domain, names.of(row.words), row.seen, row.source, row.listed_by]
    return [*about, who, localtime(row.at).date().isoformat()]


def _only(request: ProgramRequest) -> dict[str, str]:
    only = {name: request.GET[name] for name in BY if name in request.GET}
    if any(len(key) > LONGEST_KEY or "\x00" in key for key in only.values()):
        raise Http404
    return only


@require_POST
@requires(Permission.RECORD_FINDINGS)
def finding_withdraw(request: ProgramRequest, account_id: int, finding_id: int) -> HttpResponse:
    """Withdraw a finding."""
    account = account_of(request, account_id)
    rows = CriterionFinding.objects.in_program(request.program)
    found = rows.filter(pk=finding_id, account=account).first()
    if found is None:
        raise Http404
    try:
        withdraw_finding(finding=found, by=request.user)
    except FactsRejected as rejected:
        told = " ".join(error.message for error in rejected.errors)
        return gone_to(request, page_of(account), told, messages.ERROR)
    send(judge_changed, program_id=request.program.pk)
    text, names = gettext("Withdrawn, and judged again."), f"account-{account.pk}"
    return in_place(request, page_of(account), text, refresh=names)


@form_view
@requires(Permission.RECORD_FINDINGS)
@vary_on_headers("HX-Request")
def finding(request: ProgramRequest, account_id: int, criterion: str) -> HttpResponse:
    """Confirm, refute or fill in one criterion."""
    account = account_of(request, account_id)
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
            return gone_to(request, page_of(account), gettext("Noted, and judged again."))
    seen = line.seen or gettext("unknown")
    about = gettext("%(criterion)s · now: %(seen)s") % {"criterion": line.words, "seen": seen}
    return field_form(request, form, account, gettext("What sales saw"), about)


def field_form(
    request: ProgramRequest, form: Any, account: Account, title: str, about: str
) -> HttpResponse:
    """The form posts to the current address, whose query may say what it edits."""
    words: dict[str, Any] = {
        "action": request.get_full_path(),
        "home": reverse("workspace:accounts", args=[request.program.slug]),
        "home_title": gettext("Accounts"),
        "about": account,
        "title": title,
        "detail": about,
    }
    return form_page(request, TEMPLATE, form, back=page_of(account), **words)


def page_of(account: Account) -> str:
    """The address of the account's page."""
    return reverse("workspace:account", args=[account.program.slug, account.pk])


def account_of(request: ProgramRequest, account_id: int) -> Account:
    """Raises `Http404`."""
    found = account_in(program=request.program, account_id=account_id)
    if found is None:
        raise Http404
    return found
