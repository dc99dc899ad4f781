"""Saving the filters of a list, and managing a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.workspace.leads.replies import gone_to
from alignment.workspace.models import SavedView
from alignment.workspace.pages import form_page

from .actions import change_view, remove_view, save_view
from .forms import ViewForm
from .pages import PAGES
from .queries import teams_to_share_with, visible_views
from .rules import kept

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

TEMPLATE = "workspace/saved/form.html"
PAGE = SavedView.Page.ACCOUNTS
form_view = require_http_methods(["GET", "POST"])


def view_url(program_slug: str, view: SavedView) -> str:
    """The address of the list with the view's filters."""
    address = reverse("workspace:accounts", args=[program_slug])
    return f"{address}?view={view.pk}{'&' if view.query else ''}{view.query}"


@form_view
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def view_new(request: ProgramRequest) -> HttpResponse:
    """Save the filters in the address (without those that the list does not know)."""
    initial = {"query": _known(request.META.get("QUERY_STRING", ""))}
    form = _form(request, initial)
    if form.is_valid():
        try:
            made = save_view(
                program=request.program, page=PAGE, by=request.user, **form.arguments()
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            return gone_to(request, view_url(request.program.slug, made), gettext("View saved."))
    back = f"{_list(request)}?view=all&{initial['query']}"
    return _page(request, form, gettext("Save this view"), back)


@form_view
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def view_edit(request: ProgramRequest, view_id: int) -> HttpResponse:
    """Rename it, share it, or make it the default."""
    view = _view(request, view_id)
    initial = {
        "name": view.name,
        "team": view.team_id or "",
        "is_default": view.is_default,
        "query": view.query,
    }
    form = _form(request, initial)
    if form.is_valid():
        said = form.arguments()
        del said["query"]
        try:
            change_view(view=view, by=request.user, **said)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            return gone_to(request, view_url(request.program.slug, view), gettext("Saved."))
    back = view_url(request.program.slug, view)
    return _page(request, form, gettext("Edit view"), back, remove=view)


@require_POST
@requires(Permission.READ)
def view_update(request: ProgramRequest, view_id: int) -> HttpResponse:
    """Replace the view's filters by the current ones."""
    view = _view(request, view_id)
    try:
        view = change_view(view=view, by=request.user, query=request.POST.get("query", ""))
    except ValidationError as refused:
        return gone_to(request, view_url(request.program.slug, view), " ".join(refused.messages))
    return gone_to(request, view_url(request.program.slug, view), gettext("View saved."))


@require_POST
@requires(Permission.READ)
def view_remove(request: ProgramRequest, view_id: int) -> HttpResponse:
    remove_view(view=_view(request, view_id), by=request.user)
    return gone_to(request, f"{_list(request)}?view=all", gettext("Removed."))


def _known(query: str) -> str:
    try:
        return kept(query, PAGES[PAGE].names).query
    except ValueError:
        return ""


def _form(request: ProgramRequest, initial: dict[str, Any]) -> ViewForm:
    data = request.POST if request.method == "POST" else None
    return ViewForm(data, initial=initial, teams=teams_to_share_with(request.membership))


def _view(request: ProgramRequest, view_id: int) -> SavedView:
    found = visible_views(request.membership).filter(page=PAGE, pk=view_id).first()
    if found is None:
        raise Http404
    return found


def _list(request: ProgramRequest) -> str:
    return reverse("workspace:accounts", args=[request.program.slug])


def _page(
    request: ProgramRequest, form: ViewForm, title: str, back: str, remove: SavedView | None = None
) -> HttpResponse:
    words: dict[str, Any] = {"title": title, "back": back, "remove": remove}
    return form_page(request, TEMPLATE, form, **words)
