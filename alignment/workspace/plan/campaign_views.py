"""The pages of campaigns: the list, one campaign, its audience and its costs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.models import Account
from alignment.core.addresses import numbers_of
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.people.queries import at_work
from alignment.workspace.accounts.filters import AccountFilter
from alignment.workspace.accounts.queries import members_of
from alignment.workspace.edits import EditForm, save_edit
from alignment.workspace.leads.replies import gone_to, in_place
from alignment.workspace.pages import form_page
from alignment.workspace.set_filters import chips_of
from campaigns.actions.audience import MOST_ACCOUNTS, add_accounts, remove_account
from campaigns.actions.campaigns import (
    add_campaign,
    add_cost,
    change_campaign,
    remove_cost,
)
from campaigns.library.models import Play
from campaigns.models import Campaign, CampaignAccount, CampaignCost

from .campaign_forms import CampaignForm, CostForm, campaign_initial
from .campaigns import campaign_in, campaign_list, campaign_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.forms import Form

    from alignment.people.requests import ProgramRequest

plans = requires(Permission.PLAN_TOUCHES)
form_view = require_http_methods(["GET", "POST"])
TEMPLATE = "workspace/small_form.html"
MOST_PLAYS = 100
MOST_FOUND = 50


@require_safe
@requires(Permission.READ)
def campaigns(request: ProgramRequest) -> HttpResponse:
    page = campaign_list(request.program, request.GET.dict())
    context = {"page": page, "today": timezone.localdate()}
    return render(request, "workspace/plan/campaigns.html", context)


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def campaign(request: ProgramRequest, campaign_id: int) -> HttpResponse:
    """The page, or for htmx its body, fetched again when something about the campaign changes."""
    page = campaign_page(campaign_of(request, campaign_id), request.GET.dict())
    part = "#record" if request.htmx else ""
    return render(request, f"workspace/plan/campaign.html{part}", {"page": page})


@form_view
@plans
@vary_on_headers("HX-Request")
def campaign_new(request: ProgramRequest) -> HttpResponse:
    form = _form(request)
    if form.is_valid():
        try:
            made = add_campaign(program=request.program, by=request.user, **form.arguments())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, page_of(made), _("Campaign added. Now say whom it is for."))
    back = reverse("workspace:campaigns", args=[request.program.slug])
    return shown(request, form, _("New campaign"), back)


@form_view
@plans
@vary_on_headers("HX-Request")
def campaign_edit(request: ProgramRequest, campaign_id: int) -> HttpResponse:
    found = campaign_of(request, campaign_id)
    form = _form(request, campaign=found)
    write = partial(change_campaign, campaign=found, by=request.user)

    def stored() -> dict[str, Any]:
        return campaign_initial(campaign_of(request, campaign_id))

    if form.is_valid() and save_edit(form, write, stored):
        return gone_to(request, page_of(found), _("Saved."))
    return shown(request, form, _("Change the campaign"), page_of(found), found.name)


def _form(request: ProgramRequest, *, campaign: Campaign | None = None) -> CampaignForm:
    """The current owner stays a choice, even if they may no longer be given campaigns."""
    plays = Play.objects.in_program(request.program).filter(retired_at__isnull=True)
    return CampaignForm(
        request.POST if request.method == "POST" else None,
        initial={"owner": str(request.user.pk)},
        campaign=campaign,
        members=at_work(request.program, also=campaign.owner_id if campaign else None),
        plays=list(plays.order_by("name")[:MOST_PLAYS]),
    )


@form_view
@plans
def audience_add(request: ProgramRequest, campaign_id: int) -> HttpResponse:
    """Find accounts with the filters of their list, and add the ticked ones or all of them."""
    found = campaign_of(request, campaign_id)
    inside = CampaignAccount.objects.in_program(request.program).filter(campaign=found)
    rows = Account.objects.in_program(request.program)
    rows = rows.exclude(pk__in=inside.values("account_id"))
    members = members_of(request.program)
    asked = AccountFilter(request.GET, queryset=rows, program=request.program, members=members)
    tier = asked.form.fields["tier"]
    tier.widget.attrs |= {"class": "select", "aria-label": str(tier.label)}
    if request.method == "POST":
        return _add(request, found, _chosen(request, asked))
    shown_first = asked.qs.select_related("verdict").order_by("name_key", "id")
    count = asked.qs.order_by()[: MOST_ACCOUNTS + 1].count()
    context = {
        "campaign": found,
        "filter": asked,
        "chips": chips_of(asked, request.GET),
        "accounts": list(shown_first[:MOST_FOUND]),
        "count": count,
        "is_too_many": count > MOST_ACCOUNTS,
    }
    return render(request, "workspace/plan/audience.html", context)


def _chosen(request: ProgramRequest, asked: AccountFilter) -> list[int]:
    if request.POST.get("do") == "all":
        found = asked.qs.order_by("name_key", "id").values_list("pk", flat=True)
        return list(found[: MOST_ACCOUNTS + 1])
    return numbers_of(request.POST.getlist("account")[:MOST_FOUND])


def _add(request: ProgramRequest, found: Campaign, chosen: Iterable[int]) -> HttpResponse:
    try:
        number = add_accounts(campaign=found, account_ids=chosen, by=request.user)
    except ValidationError as refused:
        return gone_to(request, request.get_full_path(), refused.messages[0], messages.WARNING)
    text = ngettext("%(n)d account added.", "%(n)d accounts added.", number) % {"n": number}
    return gone_to(request, page_of(found), text)


@require_POST
@plans
def audience_remove(request: ProgramRequest, campaign_id: int, account_id: int) -> HttpResponse:
    found = campaign_of(request, campaign_id)
    rows = CampaignAccount.objects.in_program(request.program)
    member = rows.filter(campaign=found, account=account_id).first()
    if member is None:
        raise Http404
    remove_account(member=member, by=request.user)
    return in_place(request, page_of(found), _("Taken out."), refresh=f"campaign-{found.pk}")


@form_view
@plans
@vary_on_headers("HX-Request")
def cost_new(request: ProgramRequest, campaign_id: int) -> HttpResponse:
    found = campaign_of(request, campaign_id)
    initial = {"spent_on": timezone.localdate()}
    form = CostForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            cost = add_cost(campaign=found, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            if cost.spent_on < found.starts_on:
                text = _("Noted. Its day lies before the campaign begins: is that right?")
                return gone_to(request, page_of(found), text, messages.WARNING)
            return gone_to(request, page_of(found), _("Noted."))
    return shown(request, form, _("New cost"), page_of(found), found.name)


@require_POST
@requires(Permission.REMOVE_COSTS)
def cost_remove(request: ProgramRequest, campaign_id: int, cost_id: int) -> HttpResponse:
    found = campaign_of(request, campaign_id)
    rows = CampaignCost.objects.in_program(request.program)
    cost = rows.filter(campaign=found, pk=cost_id).first()
    if cost is None:
        raise Http404
    remove_cost(cost=cost, by=request.user)
    return in_place(request, page_of(found), _("Removed."), refresh=f"campaign-{found.pk}")


def shown(
    request: ProgramRequest, form: Form, title: str, back: str, about: str = ""
) -> HttpResponse:
    """A form about a campaign, as a page or a dialog."""
    words: dict[str, Any] = {
        "title": title,
        "about": about,
        "home": reverse("workspace:campaigns", args=[request.program.slug]),
        "home_title": _("Campaigns"),
    }
    conflict = isinstance(form, EditForm) and form.is_overwritten
    return form_page(request, TEMPLATE, form, back=back, conflict=conflict, **words)


def page_of(found: Campaign) -> str:
    return reverse("workspace:campaign", args=[found.program.slug, found.pk])


def campaign_of(request: ProgramRequest, campaign_id: int) -> Campaign:
    found = campaign_in(request.program, campaign_id)
    if found is None:
        raise Http404
    return found
