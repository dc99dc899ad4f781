"""One opportunity: reading it, opening, changing and moving it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.models import Account
from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.people.queries import offered_owners
from alignment.workspace.accounts.account_picker import choose, offer
from alignment.workspace.edits import save_edit
from alignment.workspace.insights.rows import notes_of
from alignment.workspace.leads.replies import gone_to, in_place
from alignment.workspace.pages import form_page
from campaigns.calendar.queries.pages import panel_of
from campaigns.committee.queries import committee_of
from campaigns.insights.queries.helpful import helpful_for
from campaigns.insights.queries.support import minutes_left, of_deal
from campaigns.opportunities.actions.moving import DealMoved, move
from campaigns.opportunities.actions.recording import LIVE
from campaigns.opportunities.actions.writing import change_opportunity, open_opportunity
from campaigns.opportunities.models import Outcome
from campaigns.opportunities.queries.pipeline import stages_of
from campaigns.roi.queries.pages import share_rows_of_deal
from campaigns.roi.share_lines import share_lines

from .forms import DealForm, NewDealForm, StageForm, deal_initial
from .involved import involved_outside
from .record import deal_in, deal_page, ready_leads

if TYPE_CHECKING:
    from django.forms import Form

    from alignment.people.models import Membership
    from alignment.people.requests import ProgramRequest
    from campaigns.committee.queries import Committee
    from campaigns.opportunities.models import Opportunity, PipelineStage

works = requires(Permission.WORK_DEALS)
form_view = require_http_methods(["GET", "POST"])
TEMPLATE = "workspace/small_form.html"
MOVE = "workspace/deals/move.html"
MOST_MEMBERS = 1_000
ROI_READERS = ("economic_buyer", "decision_maker", "champion")


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def opportunity(request: ProgramRequest, deal_id: int) -> HttpResponse:
    """The page, or for htmx its body, fetched again when something about the deal changes."""
    deal = found(request, deal_id)
    committee = committee_of(deal)
    asked = of_deal(request.program, deal_id)
    context: dict[str, Any] = {
        "page": deal_page(deal),
        "deal": deal,
        "committee": committee,
        "involved": involved_outside(deal),
        "roi_pages": share_lines(share_rows_of_deal(deal)),
        "roi_query": _roi_query(deal, committee),
        "touches": panel_of(request.program, now=timezone.now(), account=deal.account_id),
        "notes": notes_of(request.program, opportunity=deal_id),
        "asked": asked,
        "left": minutes_left(request.program, asked),
        "help": helpful_for(deal),
    }
    part = "#record" if request.htmx else ""
    return render(request, f"workspace/deals/deal.html{part}", context)


@require_safe
@works
@vary_on_headers("HX-Request")
def opportunity_choose(request: ProgramRequest) -> HttpResponse:
    """Choose the account first."""
    text = request.GET.get("q", "")
    offered = offer(program=request.program, user=request.user, text=text)
    account = number_in(request.GET, "account") or offered.meant_id
    if account and not request.htmx:
        return redirect("workspace:opportunity_new", request.program.slug, account)
    home = reverse("workspace:opportunities", args=[request.program.slug])
    return choose(
        request,
        offered,
        title=_("New opportunity"),
        home=home,
        home_title=_("Opportunities"),
    )


@form_view
@works
@vary_on_headers("HX-Request")
def opportunity_new(request: ProgramRequest, account_id: int) -> HttpResponse:
    """Open a deal for an account, with its SQLs offered as part of it."""
    account = Account.objects.in_program(request.program).filter(pk=account_id).first()
    if account is None:
        raise Http404
    leads = ready_leads(request.program, account.pk)
    asked = number_in(request.GET, "lead")
    chosen = [lead for lead in leads if asked in (None, lead.pk)]
    initial = {
        "name": account.name,
        "owner": str(request.user.pk),
        "source": next((lead.source for lead in chosen if lead.source), ""),
        "leads": [str(lead.pk) for lead in chosen],
    }
    data = request.POST if request.method == "POST" else None
    form = NewDealForm(data, initial=initial, members=_members(request), leads=leads)
    if form.is_valid() and form.is_meant(request.program):
        try:
            made = open_opportunity(account=account, by=request.user, **form.arguments())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, page_of(made), _("Opened. Both teams see it."))
    back = reverse("workspace:account", args=[request.program.slug, account.pk])
    return _form(request, form, _("New opportunity"), back, account.name)


@form_view
@works
@vary_on_headers("HX-Request")
def opportunity_edit(request: ProgramRequest, deal_id: int) -> HttpResponse:
    deal = found(request, deal_id)
    data = request.POST if request.method == "POST" else None
    form = DealForm(data, deal=deal, members=_members(request))
    if field := form.fields.get(request.GET.get("at", "")):
        field.widget.attrs["autofocus"] = True
    write = partial(change_opportunity, opportunity=deal, by=request.user)
    is_meant = form.is_valid() and form.is_meant(request.program)
    if is_meant and save_edit(form, write, lambda: deal_initial(found(request, deal_id))):
        return gone_to(request, page_of(deal), _("Saved."))
    return _form(request, form, _("Change the opportunity"), page_of(deal), deal.name)


@form_view
@works
@vary_on_headers("HX-Request")
def opportunity_move(request: ProgramRequest, deal_id: int) -> HttpResponse:
    """Move it to another stage; lost requires a reason."""
    deal, stages = found(request, deal_id), stages_of(request.program)
    initial = {"stage": str(_next(deal, stages)), "seen_in": deal.stage_id}
    data = request.POST if request.method == "POST" else None
    form = StageForm(data, initial=initial, stages=stages)
    if form.is_valid():
        try:
            moved = move(opportunity=deal, by=request.user, **form.arguments())
        except ValidationError as refused:
            form.add_error(None, refused)
        except DealMoved as elsewhere:
            return gone_to(request, page_of(deal), str(elsewhere), messages.WARNING)
        else:
            return gone_to(request, page_of(deal), _moved(moved))
    return _move_form(request, form, deal)


@require_POST
@works
def opportunity_drag(request: ProgramRequest) -> HttpResponse:
    """A card was dropped on a column. On lost, the response is the form for the reason."""
    deal = found(request, number_in(request.POST, "deal") or 0)
    stages = {stage.pk: stage for stage in stages_of(request.program)}
    stage = stages.get(number_in(request.POST, "stage") or 0)
    if stage is None:
        raise Http404
    seen_in = number_in(request.POST, "seen_in")
    if stage.outcome == Outcome.LOST:
        initial = {"stage": str(stage.pk), "seen_in": seen_in}
        return _move_form(
            request, StageForm(None, initial=initial, stages=[*stages.values()]), deal
        )
    board = reverse("workspace:opportunities", args=[request.program.slug])
    try:
        moved = move(opportunity=deal, stage=stage, by=request.user, seen_in=seen_in)
    except ValidationError as refused:
        text = " ".join(refused.messages)
        return in_place(request, board, text, refresh=LIVE, level=messages.WARNING)
    except DealMoved as elsewhere:
        return in_place(request, board, str(elsewhere), refresh=LIVE, level=messages.WARNING)
    return in_place(request, board, _moved(moved), refresh=LIVE)


def _roi_query(deal: Opportunity, committee: Committee) -> str:
    """The query string for a new ROI page: the economic buyer is preselected, else a
    decision-maker.
    """
    people = {
        shown.member.role: shown.member.stakeholder_id for shown in committee.members.values()
    }
    asked = next((people[role] for role in ROI_READERS if role in people), None)
    chosen = {"account": deal.account_id, "opportunity": deal.pk, "stakeholder": asked}
    return "?" + urlencode({name: pk for name, pk in chosen.items() if pk})


def _moved(deal: Opportunity) -> str:
    if deal.outcome == Outcome.WON and (deal.amount is None or deal.owner_id is None):
        missing = _("its amount") if deal.amount is None else _("its owner")
        return _("Won. Well done, both of you. Results still need %(fact)s.") % {"fact": missing}
    if deal.outcome == Outcome.WON:
        return _("Won. Well done, both of you.")
    return _("%(name)s is now in: %(stage)s.") % {"name": deal.name, "stage": deal.stage}


def _next(deal: Opportunity, stages: list[PipelineStage]) -> int:
    """The stage after the current one, which is the most common move."""
    ids = [stage.pk for stage in stages]
    if deal.stage_id not in ids or deal.outcome != Outcome.OPEN:
        return deal.stage_id
    return ids[min(ids.index(deal.stage_id) + 1, len(ids) - 1)]


def _members(request: ProgramRequest) -> list[Membership]:
    return list(offered_owners(request.program).order_by("user__name", "pk")[:MOST_MEMBERS])


def _form(request: ProgramRequest, form: Form, title: str, back: str, about: str) -> HttpResponse:
    words: dict[str, Any] = {
        "title": title,
        "about": about,
        "home": reverse("workspace:opportunities", args=[request.program.slug]),
        "home_title": _("Opportunities"),
    }
    conflict = isinstance(form, DealForm) and form.is_overwritten
    return form_page(request, TEMPLATE, form, back=back, conflict=conflict, **words)


def _move_form(request: ProgramRequest, form: StageForm, deal: Opportunity) -> HttpResponse:
    action = reverse("workspace:opportunity_move", args=[request.program.slug, deal.pk])
    words: dict[str, Any] = {
        "title": _("Move the opportunity"),
        "back": page_of(deal),
        "deal": deal,
        "action": action,
    }
    return form_page(request, MOVE, form, **words)


def page_of(deal: Opportunity) -> str:
    return reverse("workspace:opportunity", args=[deal.program.slug, deal.pk])


def found(request: ProgramRequest, deal_id: int) -> Opportunity:
    deal = deal_in(request.program, deal_id)
    if deal is None:
        raise Http404
    return deal
