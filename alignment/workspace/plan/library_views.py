"""The pages of the content library."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.workspace.edits import save_edit
from alignment.workspace.leads.replies import gone_to
from alignment.workspace.pages import form_page
from alignment.workspace.set_filters import chips_of
from campaigns.library.actions.assets import add_asset, change_asset, retire_asset
from campaigns.library.models import Asset
from campaigns.library.queries import asset_in

from .library import asset_page, gaps, library_page
from .library_forms import AssetFilter, AssetForm, asset_initial

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

plans = requires(Permission.PLAN_TOUCHES)
TEMPLATE = "workspace/small_form.html"


@require_safe
@requires(Permission.READ)
def library(request: ProgramRequest) -> HttpResponse:
    rows = Asset.objects.in_program(request.program)
    if not request.GET.get("state"):
        rows = rows.filter(retired_at__isnull=True)
    asked = AssetFilter(request.GET, queryset=rows, program=request.program)
    page = library_page(program=request.program, rows=asked.qs, asked=request.GET.dict())
    chips = chips_of(asked, request.GET)
    context = {"page": page, "filter": asked, "chips": chips, "is_new": not page.rows and not chips}
    return render(request, "workspace/plan/library.html", context)


@require_safe
@requires(Permission.READ)
def library_gaps(request: ProgramRequest) -> HttpResponse:
    return render(request, "workspace/plan/gaps.html", {"gaps": gaps(program=request.program)})


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def asset(request: ProgramRequest, asset_id: int) -> HttpResponse:
    """The page, or for htmx its body, fetched again when the content or a touch changes."""
    part = "#record" if request.htmx else ""
    context = {"page": asset_page(_asset(request, asset_id))}
    return render(request, f"workspace/plan/asset.html{part}", context)


@require_http_methods(["GET", "POST"])
@plans
@vary_on_headers("HX-Request")
def asset_new(request: ProgramRequest) -> HttpResponse:
    """A link from a gap prefills the form: `?kind=case_study&sector=52`."""
    wished = {
        name: request.GET[name]
        for name in ("kind", "sector", "persona", "stage")
        if name in request.GET
    }
    form = AssetForm(request.POST if request.method == "POST" else None, initial=wished)
    if form.is_valid():
        try:
            made = add_asset(program=request.program, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return gone_to(request, _page(made), _("Added to the library."))
    return _form(
        request, form, _("New content"), reverse("workspace:library", args=[request.program.slug])
    )


@require_http_methods(["GET", "POST"])
@plans
@vary_on_headers("HX-Request")
def asset_edit(request: ProgramRequest, asset_id: int) -> HttpResponse:
    found = _asset(request, asset_id)
    form = AssetForm(request.POST if request.method == "POST" else None, asset=found)
    write = partial(change_asset, asset=found, by=request.user)
    if form.is_valid() and save_edit(form, write, lambda: asset_initial(_asset(request, asset_id))):
        return gone_to(request, _page(found), _("Saved."))
    return _form(request, form, _("Change the content"), _page(found), str(found))


@require_POST
@plans
def asset_retire(request: ProgramRequest, asset_id: int) -> HttpResponse:
    found, is_retired = _asset(request, asset_id), request.POST.get("retired") != "no"
    retire_asset(asset=found, is_retired=is_retired, by=request.user)
    text = _("No longer offered for new touches.") if is_retired else _("Offered again.")
    return gone_to(request, _page(found), text)


def _form(
    request: ProgramRequest, form: AssetForm, title: str, back: str, about: str = ""
) -> HttpResponse:
    words: dict[str, Any] = {
        "title": title,
        "about": about,
        "home": reverse("workspace:library", args=[request.program.slug]),
        "home_title": _("Content"),
    }
    return form_page(request, TEMPLATE, form, back=back, conflict=form.is_overwritten, **words)


def _page(found: Asset) -> str:
    return reverse("workspace:asset", args=[found.program.slug, found.pk])


def _asset(request: ProgramRequest, asset_id: int) -> Asset:
    found = asset_in(request.program, asset_id)
    if found is None:
        raise Http404
    return found
