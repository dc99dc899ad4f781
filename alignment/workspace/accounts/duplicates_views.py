"""Possible duplicates: the pairs, two accounts side by side, and the decision about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.duplicates.actions.finding import find_duplicates
from accounts.duplicates.actions.merging import keep_apart, merge
from accounts.duplicates.merge_hooks import warnings_of
from accounts.duplicates.queries import COUNT_UP_TO, decided, open_pairs, to_look_at
from accounts.rules.facts import FactsRejected
from alignment.core import figures
from alignment.core.hints import send
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.scoring.tasks import judge_changed
from alignment.workspace.leads.replies import gone_to

from .duplicate_comparison import sides_of

if TYPE_CHECKING:
    from accounts.duplicates.models import DuplicatePair
    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def duplicates(request: ProgramRequest) -> HttpResponse:
    """The most similar pairs, and the search for more."""
    found = to_look_at(request.program)
    context = {
        "found": found,
        "count_words": figures.capped(found.count, COUNT_UP_TO),
    }
    part = "#duplicates" if request.htmx else ""
    return render(request, f"workspace/accounts/duplicates.html{part}", context)


@require_POST
@requires(Permission.EDIT_FACTS)
def duplicates_find(request: ProgramRequest) -> HttpResponse:
    find_duplicates(program=request.program, by=request.user)
    return gone_to(request, _list(request), gettext("The search is under way."))


@require_http_methods(["GET", "POST"])
@requires(Permission.READ, write=Permission.EDIT_FACTS)
def duplicate(request: ProgramRequest, pair_id: int) -> HttpResponse:
    """Two accounts side by side; which one stays, and which facts it takes from the other.

    The address of a pair that was merged redirects to the account that stayed.
    """
    if request.method == "GET" and (stayed := decided(request.program, pair_id)):
        return redirect("workspace:account", request.program.slug, stayed)
    pair = _pair(request, pair_id)
    stays = request.POST.get("stays") or request.GET.get("stays") or ""
    survivor, gone = pair.first, pair.second
    if stays == str(pair.second_id):
        survivor, gone = gone, survivor
    problems: list[str] = []
    if request.method == "POST":
        try:
            take = [name for name, side in _chosen(request) if side == str(gone.pk)]
            merge(survivor=survivor, gone=gone, take=take, by=request.user)
        except ValidationError as refused:
            problems = refused.messages
        except FactsRejected as rejected:
            problems = [f"{error.field}: {error.message}" for error in rejected.errors]
        else:
            send(judge_changed, program_id=request.program.pk)
            page = reverse("workspace:account", args=[request.program.slug, survivor.pk])
            text = gettext("Merged: “%(name)s” is part of this account now.")
            return gone_to(request, page, text % {"name": gone.name})
    context: dict[str, Any] = {
        "pair": pair,
        "survivor": survivor,
        "gone": gone,
        "sides": sides_of(survivor, gone, dict(_chosen(request))),
        "problems": problems,
        "warnings": warnings_of(survivor, gone),
    }
    status = 422 if problems else 200
    return render(request, "workspace/accounts/duplicate.html", context, status=status)


@require_POST
@requires(Permission.EDIT_FACTS)
def duplicate_apart(request: ProgramRequest, pair_id: int) -> HttpResponse:
    keep_apart(pair=_pair(request, pair_id), by=request.user)
    return gone_to(request, _list(request), gettext("Noted: they are two companies."))


def _chosen(request: ProgramRequest) -> list[tuple[str, str]]:
    """(group of facts, number of the account to take them from), as submitted."""
    said = request.POST.items()
    return [(name.removeprefix("take-"), str(v)) for name, v in said if name.startswith("take-")]


def _pair(request: ProgramRequest, pair_id: int) -> DuplicatePair:
    found = open_pairs(request.program).filter(pk=pair_id).first()
    if found is None:
        raise Http404
    return found


def _list(request: ProgramRequest) -> str:
    return reverse("workspace:duplicates", args=[request.program.slug])
