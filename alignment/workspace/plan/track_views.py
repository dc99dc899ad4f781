"""Nurture tracks: who is in them, who left, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.models import Stakeholder
from accounts.queries.names import set_known_as
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.workspace.leads.replies import gone_to
from campaigns.actions.tracks import NotInTrack, add_track, enrol, leave
from campaigns.models import CampaignAccount, Track, TrackMember

from .campaign_forms import EnrolForm, LeaveForm, TrackForm
from .campaign_views import campaign_of, form_view, page_of, plans, shown
from .tracks import track_page

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

BY_NAME = ("account__name_key", "last_name", "id")
MOST_OFFERED = 200


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def track(request: ProgramRequest, track_id: int) -> HttpResponse:
    page = track_page(_track(request, track_id))
    set_known_as(program=request.program, people=[member.stakeholder for member in page.members])
    part = "#record" if request.htmx else ""
    return render(request, f"workspace/plan/track.html{part}", {"page": page})


@form_view
@plans
@vary_on_headers("HX-Request")
def track_new(request: ProgramRequest, campaign_id: int) -> HttpResponse:
    found = campaign_of(request, campaign_id)
    form = TrackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data | {"external_id": form.cleaned_data["external_id"] or None}
        try:
            made = add_track(campaign=found, by=request.user, **given)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, _page(made), _("Track added."))
    return shown(request, form, _("New nurture track"), page_of(found), found.name)


@form_view
@plans
@vary_on_headers("HX-Request")
def track_enrol(request: ProgramRequest, track_id: int) -> HttpResponse:
    """People of the campaign's accounts who are not in the track and may be contacted."""
    found = _track(request, track_id)
    people = _offered(found)
    form = EnrolForm(request.POST if request.method == "POST" else None, people=people)
    if form.is_valid():
        chosen = [int(pk) for pk in form.cleaned_data["people"]]
        try:
            number = enrol(track=found, stakeholder_ids=chosen, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused.messages[0])
        else:
            said = ngettext("%(n)d person entered.", "%(n)d people entered.", number)
            return gone_to(request, _page(found), said % {"n": number})
    if not people:
        text = _("Nobody of the campaign's accounts is left to enter this track.")
        return gone_to(request, _page(found), text, messages.WARNING)
    return shown(request, form, _("Enrol people"), _page(found), found.name)


def _offered(found: Track) -> list[Stakeholder]:
    program = found.program
    audience = CampaignAccount.objects.in_program(program).filter(campaign=found.campaign_id)
    inside = TrackMember.objects.in_program(program).filter(track=found, left_at__isnull=True)
    everybody = Stakeholder.objects.in_program(program)
    rows = everybody.filter(account__in=audience.values("account_id"), do_not_contact=False)
    rows = rows.exclude(pk__in=inside.values("stakeholder_id"))
    # Keys are sorted first, since whole rows of a large audience do not fit into memory.
    first = rows.order_by(*BY_NAME)[:MOST_OFFERED].values("pk")
    people = list(everybody.filter(pk__in=first).select_related("account").order_by(*BY_NAME))
    set_known_as(program=program, people=people)
    return people


@form_view
@plans
@vary_on_headers("HX-Request")
def track_leave(request: ProgramRequest, track_id: int, person_id: int) -> HttpResponse:
    found = _track(request, track_id)
    people = Stakeholder.objects.in_program(request.program)
    person = people.filter(pk=person_id, tracks__track=found).distinct().first()
    if person is None:
        raise Http404
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        because = form.cleaned_data["because"]
        try:
            leave(track=found, stakeholder_id=person.pk, because=because, by=request.user)
        except NotInTrack as gone:
            return gone_to(request, _page(found), str(gone), messages.WARNING)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, _page(found), _("Taken out of the track."))
    return shown(request, form, _("Take %(who)s out") % {"who": person}, _page(found), found.name)


def _page(found: Track) -> str:
    return reverse("workspace:track", args=[found.program.slug, found.pk])


def _track(request: ProgramRequest, track_id: int) -> Track:
    rows = Track.objects.in_program(request.program).select_related("campaign", "program")
    found = rows.filter(pk=track_id).first()
    if found is None:
        raise Http404
    return found
