"""Who on the teams knows whom at an account, and which competitors' products it uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.field.actions.people import (
    hand_over_relationship,
    remove_competitor,
    remove_relationship,
    set_competitor,
    set_relationship,
)
from accounts.field.models import Competitor, Relationship
from accounts.models import Stakeholder
from accounts.queries.names import set_known_as
from alignment.core.addresses import number_in
from alignment.core.same_names import called
from alignment.people.access import requires
from alignment.people.models import User
from alignment.people.permissions import Permission
from alignment.workspace.leads.replies import gone_to, in_place

from .field_forms import CompetitorForm, HandOverForm, RelationshipForm
from .field_views import account_of, field_form, form_view, page_of
from .queries import members_of, offered

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Account
    from alignment.people.requests import ProgramRequest

MOST_PEOPLE = 200


@form_view
@requires(Permission.EDIT_FACTS)
@vary_on_headers("HX-Request")
def relationship_hand_over(
    request: ProgramRequest, account_id: int, relationship_id: int
) -> HttpResponse:
    """Hand over a contact whose owner has left."""
    account = account_of(request, account_id)
    rows = _relationships(request, account).select_related("stakeholder", "user")
    found = rows.filter(pk=relationship_id).first()
    if found is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    initial = {"user": request.user.pk}
    form = HandOverForm(data, members=offered(request.program), initial=initial)
    if form.is_valid():
        user = User.objects.get(pk=form.cleaned_data["user"])
        hand_over_relationship(relationship=found, user=user, by=request.user)
        return gone_to(request, page_of(account), gettext("Handed over."))
    about = gettext("%(us)s knew %(them)s") % {"us": found.user, "them": found.stakeholder}
    return field_form(request, form, account, gettext("Hand over a relationship"), about)


@form_view
@requires(Permission.EDIT_FACTS)
@vary_on_headers("HX-Request")
def relationship(request: ProgramRequest, account_id: int) -> HttpResponse:
    """Record who on the teams knows whom there, or edit an entry (`?row=`)."""
    account = account_of(request, account_id)
    members, row = members_of(request.program), _relationship(request, account)
    rows = Stakeholder.objects.in_program(request.program).filter(account=account)
    people = list(rows.order_by("last_name", "first_name", "id")[:MOST_PEOPLE])
    if row and row.stakeholder not in people:
        people.append(row.stakeholder)
    set_known_as(program=request.program, people=people)
    initial = {"user": request.user.pk, "stakeholder": request.GET.get("person", "")}
    data = request.POST if request.method == "POST" else None
    form = RelationshipForm(data, members=members, people=people, row=row, initial=initial)
    if form.is_valid():
        said = form.arguments()
        said["user"] = User.objects.get(pk=said["user"])
        said["stakeholder"] = next(p for p in people if p.pk == said["stakeholder"])
        pair = {"user": said["user"], "stakeholder": said["stakeholder"]}
        stands = not row and _relationships(request, account).filter(**pair).exists()
        try:
            set_relationship(**said, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            names = {"us": said["user"], "them": said["stakeholder"]}
            text = gettext(
                "%(us)s and %(them)s were noted already: what you left empty stays as it was."
            )
            return gone_to(request, page_of(account), text % names if stands else gettext("Noted."))
    about = "" if people else gettext("Nobody is known here yet: add a person first.")
    return field_form(request, form, account, gettext("Who knows whom"), about)


@require_POST
@requires(Permission.EDIT_FACTS)
def relationship_remove(
    request: ProgramRequest, account_id: int, relationship_id: int
) -> HttpResponse:
    account = account_of(request, account_id)
    rows = _relationships(request, account).select_related("stakeholder")
    found = rows.filter(pk=relationship_id).first()
    if found is None:
        raise Http404
    remove_relationship(relationship=found, by=request.user)
    return _removed(request, account)


@form_view
@requires(Permission.EDIT_FACTS)
@vary_on_headers("HX-Request")
def competitor(request: ProgramRequest, account_id: int) -> HttpResponse:
    """Record a competitor whose product they use, or edit an entry (`?name=`)."""
    account = account_of(request, account_id)
    row = _competitor(request, account)
    form = CompetitorForm(request.POST if request.method == "POST" else None, row=row)
    if form.is_valid():
        said = form.arguments()
        rows = Competitor.objects.in_program(request.program).filter(account=account)
        stands = not row and rows.filter(called(said["name"])).exists()
        try:
            set_competitor(account=account, by=request.user, **said)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            text = gettext("%(name)s was noted already: what you left empty stays as it was.")
            told = text % {"name": said["name"]} if stands else gettext("Noted.")
            return gone_to(request, page_of(account), told)
    return field_form(request, form, account, gettext("Competition"), "")


@require_POST
@requires(Permission.EDIT_FACTS)
def competitor_remove(request: ProgramRequest, account_id: int, competitor_id: int) -> HttpResponse:
    account = account_of(request, account_id)
    rows = Competitor.objects.in_program(request.program)
    found = rows.filter(pk=competitor_id, account=account).first()
    if found is None:
        raise Http404
    remove_competitor(competitor=found, by=request.user)
    return _removed(request, account)


def _relationships(request: ProgramRequest, account: Account) -> QuerySet[Relationship]:
    rows = Relationship.objects.in_program(request.program)
    return rows.filter(stakeholder__account=account)


def _relationship(request: ProgramRequest, account: Account) -> Relationship | None:
    """The entry named in the address, if any. Raises `Http404`."""
    if "row" not in request.GET:
        return None
    rows = _relationships(request, account).select_related("stakeholder", "user")
    found = rows.filter(pk=number_in(request.GET, "row") or 0).first()
    if found is None:
        raise Http404
    return found


def _competitor(request: ProgramRequest, account: Account) -> Competitor | None:
    """The entry named in the address, if any."""
    name = request.GET.get("name", "").replace("\x00", "")
    rows = Competitor.objects.in_program(request.program)
    return rows.filter(account=account, name=name).first() if name else None


def _removed(request: ProgramRequest, account: Account) -> HttpResponse:
    text, names = gettext("Removed."), f"account-{account.pk}"
    return in_place(request, page_of(account), text, refresh=names)
