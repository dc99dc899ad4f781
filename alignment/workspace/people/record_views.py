"""The page of a person: reading it, changing it, adding one."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.actions.contacts import change_contacts
from accounts.actions.stakeholders import (
    add_stakeholder,
    set_consent,
    set_do_not_contact,
    update_stakeholder,
)
from accounts.models import Account
from accounts.rules.facts import FactsRejected
from alignment.core.addresses import number_in
from alignment.core.edits import Overwritten
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.scoring.actions.leads import open_leads
from alignment.workspace.leads.access import can_work
from alignment.workspace.leads.replies import gone_to
from alignment.workspace.pages import form_page

from .forms import ConsentForm, ContactForm, PersonForm, ReachForm, initial_of
from .queries import person_in, person_record, ways_to_reach

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.models import Stakeholder
    from alignment.people.requests import ProgramRequest

form_view = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def person(request: ProgramRequest, person_id: int) -> HttpResponse:
    """The page, or for htmx its body, fetched again when the person or a lead changes."""
    found = _person(request, person_id)
    before = request.GET.get("before", "")
    record = person_record(found, before=before)
    context = {
        "person": found,
        "record": record,
        "timeline": record.timeline,
        "can_work": can_work(request.membership),
        "is_older_part": bool(before),
    }
    part = "#record" if request.htmx else ""
    return render(request, f"workspace/people/person.html{part}", context)


@form_view
@requires(Permission.EDIT_FACTS)
@vary_on_headers("HX-Request")
def person_edit(request: ProgramRequest, person_id: int) -> HttpResponse:
    found = _person(request, person_id)
    page = _page(request, found.pk)
    data = request.POST if request.method == "POST" else None
    form = PersonForm(data, program=request.program, person=found)
    overtaken = False
    if form.is_valid():
        facts: Any = form.changed_facts()
        seen: Any = form.seen_facts()
        try:
            update_stakeholder(stakeholder=found, facts=facts, by=request.user, seen=seen)
        except FactsRejected as rejected:
            form.show(rejected.errors)
        except Overwritten as late:
            overtaken = True
            found.refresh_from_db()
            form.ask_again(late.fields, initial_of(found))
        else:
            return gone_to(request, page, gettext("Saved."))
    words: dict[str, Any] = {"person": found, "title": gettext("Edit the person"), "back": page}
    return form_page(request, "workspace/people/form.html", form, conflict=overtaken, **words)


@form_view
@requires(Permission.EDIT_FACTS)
def person_new(request: ProgramRequest) -> HttpResponse:
    """Add one person; if they exist already, they are shown and not changed."""
    data = request.POST if request.method == "POST" else None
    account = _asked_account(request)
    form = PersonForm(data, program=request.program, account=account)
    known: Stakeholder | None = None
    if form.is_valid():
        facts: Any = {name: value for name, value in form.facts().items() if value is not None}
        result = add_stakeholder(
            program=request.program, facts=facts, by=request.user, source="manual"
        )
        if result.outcome == "created" and result.id is not None:
            return gone_to(request, _page(request, result.id), gettext("Person added."))
        form.show(result.errors)
        known = _person(request, result.id) if result.id else None
    back = reverse("workspace:people", args=[request.program.slug])
    if account:
        back = reverse("workspace:account", args=[request.program.slug, account.pk])
    words: dict[str, Any] = {"title": gettext("New person"), "back": back}
    words |= {"account": account, "known": known}
    conflict = known is not None
    return form_page(request, "workspace/people/form.html", form, conflict=conflict, **words)


@form_view
@requires(Permission.EDIT_FACTS)
@vary_on_headers("HX-Request")
def person_consent(request: ProgramRequest, person_id: int) -> HttpResponse:
    """Record a person's consent or refusal for a channel."""
    found = _person(request, person_id)
    page = _page(request, found.pk)
    initial = {"channel": request.GET.get("channel", ""), "given_at": timezone.localdate()}
    form = ConsentForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        noon = datetime.combine(said["given_at"], time(12), tzinfo=timezone.get_current_timezone())
        try:
            set_consent(
                stakeholder=found,
                channel=said["channel"],
                granted=said["granted"],
                source=said["source"],
                given_at=min(noon, timezone.now()),
                by=request.user,
            )
        except FactsRejected as rejected:
            for error in rejected.errors:
                form.add_error(None, error.message)
        else:
            return gone_to(request, page, gettext("Recorded."))
    return _small_form(request, form, found, gettext("Record consent"))


@form_view
@requires(Permission.EDIT_FACTS)
@vary_on_headers("HX-Request")
def person_contact(request: ProgramRequest, person_id: int) -> HttpResponse:
    """Forbid or allow contacting the person at all."""
    found = _person(request, person_id)
    page = _page(request, found.pk)
    initial = {
        "do_not_contact": found.do_not_contact,
        "reason": found.do_not_contact_reason,
    }
    form = ContactForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        set_do_not_contact(
            stakeholder=found,
            do_not_contact=form.cleaned_data["do_not_contact"],
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
        return gone_to(request, page, gettext("Saved."))
    return _small_form(request, form, found, gettext("Do not contact"))


@form_view
@requires(Permission.EDIT_FACTS)
@vary_on_headers("HX-Request")
def person_reach(request: ProgramRequest, person_id: int) -> HttpResponse:
    """Remove addresses and phones, choose the primary ones."""
    found = _person(request, person_id)
    page = _page(request, found.pk)
    emails, phones = ways_to_reach(found)
    data = request.POST if request.method == "POST" else None
    form = ReachForm(data, emails=emails, phones=phones)
    if form.is_valid():
        try:
            change_contacts(stakeholder=found, by=request.user, **form.cleaned_data)
        except FactsRejected as rejected:
            form.show(rejected.errors)
        else:
            return gone_to(request, page, gettext("Saved."))
    return _small_form(request, form, found, gettext("Addresses and phones"))


def _small_form(
    request: ProgramRequest, form: Any, person: Stakeholder, title: str
) -> HttpResponse:
    words: dict[str, Any] = {
        "home": reverse("workspace:people", args=[request.program.slug]),
        "home_title": gettext("People"),
        "about": person,
        "back": _page(request, person.pk),
        "title": title,
    }
    return form_page(request, "workspace/small_form.html", form, **words)


@require_POST
@requires(Permission.WORK_LEADS)
def person_open_lead(request: ProgramRequest, person_id: int) -> HttpResponse:
    """Open a lead for the person, unless they have an open one."""
    found = _person(request, person_id)
    opened = open_leads(
        program=request.program, stakeholder_ids=[found.pk], by=request.user, source="manual"
    )
    text = gettext("Lead opened.") if opened else gettext("A lead is already running.")
    return gone_to(request, _page(request, found.pk), text)


def _person(request: ProgramRequest, person_id: int) -> Stakeholder:
    found = person_in(program=request.program, person_id=person_id)
    if found is None:
        raise Http404
    return found


def _page(request: ProgramRequest, person_id: int) -> str:
    return reverse("workspace:person", args=[request.program.slug, person_id])


def _asked_account(request: ProgramRequest) -> Account | None:
    pk = number_in(request.GET, "account")
    return Account.objects.in_program(request.program).filter(pk=pk).first() if pk else None
