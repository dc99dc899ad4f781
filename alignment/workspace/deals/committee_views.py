"""The buying committee on the page of its deal: adding, editing and moving people."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.models import Stakeholder
from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.people.queries import at_work
from alignment.workspace.edits import save_edit
from alignment.workspace.leads.replies import gone_to, in_place
from alignment.workspace.pages import form_page
from campaigns.committee.actions.members import put_member, remove_member
from campaigns.committee.models import CommitteeMember

from .committee_forms import MemberForm, NewMemberForm, member_initial
from .record_views import found, page_of

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest
    from campaigns.opportunities.models import Opportunity

works = requires(Permission.WORK_DEALS)
form_view = require_http_methods(["GET", "POST"])
MOST_PEOPLE = 300


@form_view
@works
@vary_on_headers("HX-Request")
def committee_add(request: ProgramRequest, deal_id: int) -> HttpResponse:
    deal = found(request, deal_id)
    inside = _members(deal)
    people = Stakeholder.objects.in_program(request.program).filter(account=deal.account_id)
    outside = people.exclude(pk__in=[member.stakeholder_id for member in inside])
    data = request.POST if request.method == "POST" else None
    form = NewMemberForm(
        data,
        people=list(outside.order_by("last_name", "first_name", "pk")[:MOST_PEOPLE]),
        members=inside,
        ours=at_work(request.program),
        initial={"person": number_in(request.GET, "person"), "role": request.GET.get("role", "")},
    )
    if form.is_valid():
        person, said = form.arguments()
        try:
            put_member(opportunity=deal, stakeholder=person, by=request.user, **said)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, page_of(deal), _("Taken into the committee."))
    return _form(request, form, deal, _("Add to the committee"))


@form_view
@works
@vary_on_headers("HX-Request")
def committee_edit(request: ProgramRequest, deal_id: int, member_id: int) -> HttpResponse:
    deal = found(request, deal_id)
    member = _member(deal, member_id)
    others = [each for each in _members(deal) if each.pk != member.pk]
    data = request.POST if request.method == "POST" else None
    ours = at_work(request.program, also=member.owner_id)
    form = MemberForm(data, members=others, ours=ours, member=member)
    person = member.stakeholder
    write = partial(put_member, opportunity=deal, stakeholder=person, by=request.user)
    if form.is_valid() and save_edit(form, write, lambda: member_initial(_member(deal, member_id))):
        return gone_to(request, page_of(deal), _("Saved."))
    return _form(request, form, deal, str(member.stakeholder))


@require_POST
@works
def committee_move(request: ProgramRequest, deal_id: int) -> HttpResponse:
    """A person was dropped on their superior, or on the top level."""
    deal = found(request, deal_id)
    member = _member(deal, number_in(request.POST, "member") or 0)
    boss = number_in(request.POST, "boss")
    superior = _member(deal, boss) if boss else None
    live = f"opportunity-{deal.pk}"
    try:
        put_member(
            opportunity=deal,
            stakeholder=member.stakeholder,
            by=request.user,
            reports_to=superior,
        )
    except ValidationError as refused:
        text = refused.messages[0]
        return in_place(request, page_of(deal), text, refresh=live, level=messages.WARNING)
    text = _("%(person)s reports to %(boss)s.") if superior else _("%(person)s stands at the top.")
    words = {"person": member.stakeholder, "boss": superior and superior.stakeholder}
    return in_place(request, page_of(deal), text % words, refresh=live)


@require_POST
@works
def committee_remove(request: ProgramRequest, deal_id: int, member_id: int) -> HttpResponse:
    deal = found(request, deal_id)
    remove_member(member=_member(deal, member_id), by=request.user)
    return gone_to(request, page_of(deal), _("Taken out of the committee."))


def _members(deal: Opportunity) -> list[CommitteeMember]:
    rows = CommitteeMember.objects.in_program(deal.program_id).filter(opportunity=deal)
    return list(rows.select_related("stakeholder").order_by("pk")[:MOST_PEOPLE])


def _member(deal: Opportunity, member_id: int) -> CommitteeMember:
    rows = CommitteeMember.objects.in_program(deal.program_id).filter(opportunity=deal)
    member = rows.select_related("stakeholder", "opportunity").filter(pk=member_id).first()
    if member is None:
        raise Http404
    return member


def _form(request: ProgramRequest, form: MemberForm, deal: Opportunity, title: str) -> HttpResponse:
    words: dict[str, Any] = {
        "title": title,
        "about": deal.name,
        "home": reverse("workspace:opportunities", args=[request.program.slug]),
        "home_title": _("Opportunities"),
    }
    template, conflict = "workspace/small_form.html", form.is_overwritten
    return form_page(request, template, form, back=page_of(deal), conflict=conflict, **words)
