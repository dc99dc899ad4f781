"""One note: reading it, writing it, and deciding on its passages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.models import Account, Stakeholder
from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.people.queries import at_work
from alignment.workspace.accounts.account_picker import choose, offer
from alignment.workspace.deals.record import deals_of_account
from alignment.workspace.edits import save_edit
from alignment.workspace.leads.replies import gone_to, in_place
from alignment.workspace.pages import form_page
from campaigns.insights.actions.notes import change_note, remove_note, write_note
from campaigns.insights.actions.tags import accept, dismiss, mark
from campaigns.insights.models import THEIR_WORDS, Note, NotePerson, Tag
from campaigns.insights.queries.notes import may_remove
from campaigns.insights.queries.topics import topics_of

from .forms import MarkForm, NoteForm, note_initial, stored_initial
from .rows import LONG, in_pieces, note_in, tags_of

if TYPE_CHECKING:
    from django.forms import Form

    from alignment.people.requests import ProgramRequest

works = requires(Permission.WORK_DEALS)
form_view = require_http_methods(["GET", "POST"])
TEMPLATE = "workspace/insights/note_form.html"
MOST_PEOPLE = 50


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def note(request: ProgramRequest, note_id: int) -> HttpResponse:
    """The page, or for htmx its body, fetched again when somebody decides on a passage."""
    found = _found(request, note_id)
    tags = tags_of(found)
    links = NotePerson.objects.in_program(request.program).filter(note=found)
    context = {
        "note": found,
        "may_remove": may_remove(found, request.user),
        "is_theirs": found.kind in THEIR_WORDS,
        "pieces": in_pieces(found.text, tags),
        "is_long": len(found.text) > LONG,
        "waiting": [tag for tag in tags if tag.state == Tag.State.SUGGESTED],
        "accepted": [tag for tag in tags if tag.state == Tag.State.ACCEPTED],
        "people": [link.stakeholder for link in links.select_related("stakeholder")[:MOST_PEOPLE]],
    }
    part = "#record" if request.htmx else ""
    return render(request, f"workspace/insights/note.html{part}", context)


@require_safe
@works
@vary_on_headers("HX-Request")
def note_choose(request: ProgramRequest) -> HttpResponse:
    """Choose the account first."""
    offered = offer(program=request.program, user=request.user, text=request.GET.get("q", ""))
    account = number_in(request.GET, "account") or offered.meant_id
    if account and not request.htmx:
        return redirect("workspace:note_new", request.program.slug, account)
    home = reverse("workspace:insights", args=[request.program.slug])
    return choose(request, offered, title=_("New note"), home=home, home_title=_("Insights"))


@form_view
@works
@vary_on_headers("HX-Request")
def note_new(request: ProgramRequest, account_id: int) -> HttpResponse:
    account = Account.objects.in_program(request.program).filter(pk=account_id).first()
    if account is None:
        raise Http404
    deal = number_in(request.GET, "opportunity")
    person = number_in(request.GET, "person")
    initial = note_initial(
        who=str(request.user.pk),
        opportunity=str(deal or ""),
        people=[str(person)] if person else [],
    )
    form = _note_form(request, account, initial=initial)
    if form.is_valid():
        try:
            made = write_note(account=account, by=request.user, **form.facts_of(form.cleaned_data))
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, page_of(made), _("Note saved. Check the suggested tags below."))
    back = reverse("workspace:account", args=[request.program.slug, account.pk])
    return _form(request, form, _("New note"), back, account.name)


@form_view
@works
@vary_on_headers("HX-Request")
def note_edit(request: ProgramRequest, note_id: int) -> HttpResponse:
    found = _found(request, note_id)
    form = _note_form(request, found.account, note=found)
    write = partial(change_note, note=found, by=request.user)
    if form.is_valid() and save_edit(form, write, lambda: stored_initial(_found(request, note_id))):
        return gone_to(request, page_of(found), _("Saved."))
    return _form(request, form, _("Change the note"), page_of(found), str(found))


@require_POST
@works
def note_remove(request: ProgramRequest, note_id: int) -> HttpResponse:
    found = _found(request, note_id)
    back = reverse("workspace:account", args=[request.program.slug, found.account_id])
    remove_note(note=found, by=request.user)
    return gone_to(request, back, _("Removed, with what it counted."))


@form_view
@works
@vary_on_headers("HX-Request")
def note_mark(request: ProgramRequest, note_id: int) -> HttpResponse:
    """Tag a passage. The page fills in the selected text."""
    found = _found(request, note_id)
    data = request.POST if request.method == "POST" else None
    initial = {"quote": request.GET.get("quote", "")}
    form = MarkForm(data, initial=initial, topics=topics_of(request.program))
    if form.is_valid():
        try:
            mark(note=found, by=request.user, **form.arguments())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, page_of(found), _("Marked. It counts now."))
    return _form(request, form, _("Mark a passage"), page_of(found), str(found), small=True)


@require_POST
@works
def tag_decide(request: ProgramRequest, tag_id: int) -> HttpResponse:
    rows = Tag.objects.in_program(request.program).select_related("note__program")
    tag = rows.defer("note__text").filter(pk=tag_id).first()
    if tag is None:
        raise Http404
    if request.POST.get("is") == "yes":
        accept(tag=tag, by=request.user)
        text = _("Accepted. It counts now.")
    else:
        dismiss(tag=tag, by=request.user)
        text = _("Dismissed. It does not count.")
    return in_place(request, page_of(tag.note), text, refresh=f"note-{tag.note_id}")


def _note_form(request: ProgramRequest, account: Account, **known: Any) -> NoteForm:
    is_sent = request.method == "POST"
    note: Note | None = known.get("note")
    people = Stakeholder.objects.in_program(request.program).filter(account=account)
    return NoteForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        deals=deals_of_account(request.program, account.pk),
        people=list(people.order_by("last_name", "first_name", "pk")[:MOST_PEOPLE]),
        members=at_work(request.program, also=note.who_id if note else None),
        **known,
    )


def _form(
    request: ProgramRequest, form: Form, title: str, back: str, about: str, *, small: bool = False
) -> HttpResponse:
    words: dict[str, Any] = {
        "title": title,
        "about": about,
        "home": reverse("workspace:insights", args=[request.program.slug]),
        "home_title": _("Insights"),
    }
    template = "workspace/small_form.html" if small else TEMPLATE
    conflict = isinstance(form, NoteForm) and form.is_overwritten
    return form_page(request, template, form, back=back, conflict=conflict, **words)


def page_of(row: Note) -> str:
    return reverse("workspace:note", args=[row.program.slug, row.pk])


def _found(request: ProgramRequest, note_id: int) -> Note:
    found = note_in(request.program, note_id)
    if found is None:
        raise Http404
    return found
