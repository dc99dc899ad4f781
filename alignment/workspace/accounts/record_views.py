"""The page of an account: reading it, changing its facts, adding one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.actions.accounts import add_account, update_account
from accounts.duplicates.queries import went_to
from accounts.rules.facts import FactsRejected
from alignment.core.edits import Overwritten
from alignment.core.hints import send
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.scoring.tasks import judge_changed
from alignment.workspace.deals.record import deals_of_account
from alignment.workspace.insights.rows import notes_of
from alignment.workspace.leads.replies import gone_to
from alignment.workspace.pages import form_page
from campaigns.calendar.queries.pages import panel_of
from campaigns.roi.queries.pages import share_rows_of_account
from campaigns.roi.share_lines import share_lines
from campaigns.selection.queries.nominations import standing_nomination

from .field_views import account_of
from .forms import AccountForm, initial_of
from .queries import offered
from .record import account_in, account_record, account_timeline

if TYPE_CHECKING:
    from accounts.models import Account
    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def account(request: ProgramRequest, account_id: int) -> HttpResponse:
    """The page, or for htmx its body, fetched again when the account changes.

    The address of a merged account redirects to the surviving one.
    """
    found = account_in(program=request.program, account_id=account_id)
    if found is None:
        survivor = went_to(request.program, account_id)
        if survivor is None:
            raise Http404
        return redirect("workspace:account", request.program.slug, survivor)
    program, before = request.program, request.GET.get("before", "")
    record = account_record(found)
    has = record.has
    context = {
        "account": found,
        "record": record,
        "timeline": account_timeline(record, before=before),
        "is_older_part": bool(before),
        "notes": notes_of(program, account=found.pk) if has.notes else [],
        "deals": deals_of_account(program, found.pk) if has.deals else [],
        "roi_pages": share_lines(share_rows_of_account(found)) if has.roi_pages else [],
        "roi_query": f"?account={found.pk}",
        "touches": panel_of(program, now=timezone.now(), account=found.pk) if has.touches else [],
        "nomination": standing_nomination(account=found, side=request.membership.side or "")
        if has.nominations
        else None,
    }
    part = "#record" if request.htmx else ""
    return render(request, f"workspace/accounts/account.html{part}", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.EDIT_FACTS)
@vary_on_headers("HX-Request")
def account_edit(request: ProgramRequest, account_id: int) -> HttpResponse:
    """The facts as a form: within the page for htmx, otherwise on its own page."""
    found = account_of(request, account_id)
    page = reverse("workspace:account", args=[request.program.slug, found.pk])
    data = request.POST if request.method == "POST" else None
    form = AccountForm(data, members=offered(request.program), account=found)
    overtaken = False
    if form.is_valid():
        facts: Any = form.changed_facts()
        seen: Any = form.seen_facts()
        try:
            update_account(account=found, facts=facts, by=request.user, seen=seen)
        except FactsRejected as rejected:
            form.show(rejected.errors)
        except Overwritten as late:
            overtaken = True
            found.refresh_from_db()
            form.ask_again(late.fields, initial_of(found))
        else:
            send(judge_changed, program_id=request.program.pk)
            return gone_to(request, page, gettext("Saved, and judged again."))
    return form_page(
        request,
        "workspace/accounts/form.html",
        form,
        conflict=overtaken,
        account=found,
        title=gettext("Edit the facts"),
        back=page,
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.EDIT_FACTS)
def account_new(request: ProgramRequest) -> HttpResponse:
    """Add one account; if it exists already, it is shown and not changed."""
    data = request.POST if request.method == "POST" else None
    form = AccountForm(data, members=offered(request.program))
    known: Account | None = None
    if form.is_valid():
        facts: Any = {name: value for name, value in form.facts().items() if value is not None}
        result = add_account(program=request.program, facts=facts, by=request.user, source="manual")
        if result.outcome == "created" and result.id is not None:
            send(judge_changed, program_id=request.program.pk)
            page = reverse("workspace:account", args=[request.program.slug, result.id])
            return gone_to(request, page, gettext("Account added."))
        form.show(result.errors)
        known = account_of(request, result.id) if result.id else None
    return form_page(
        request,
        "workspace/accounts/form.html",
        form,
        conflict=known is not None,
        known=known,
        title=gettext("New account"),
        back=reverse("workspace:accounts", args=[request.program.slug]),
    )
