"""The filtered accounts on a map and in the tree of industries."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from alignment.icp.models import Answer
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.reference.queries import metros
from alignment.reference.spoken import state_name
from alignment.workspace.kept import SOON, kept
from alignment.workspace.reference_names import industry_choices
from alignment.workspace.set_filters import chips_of, without

from . import tiles
from .breakdown import Places, by_industry, by_place
from .views import filter_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.models import Account
    from alignment.core.scoping import ScopedQuerySet
    from alignment.people.models import Program
    from alignment.people.requests import ProgramRequest

    from .filters import AccountFilter

# What the map may count: all accounts, or those with one verdict.
COUNTED = ("total", *Answer.values)
# From this many accounts on, counting takes too long for every page view.
MARKET = 20_000
MOST_CHOICES = 20


@require_safe
@requires(Permission.READ)
def account_map(request: ProgramRequest) -> HttpResponse:
    """Counts by state, and by metropolitan area within the chosen state or all states."""
    counted = request.GET.get("count", "")
    counted = counted if counted in COUNTED else "total"
    asked = filter_of(request)
    rows = asked.narrowed("state", "metro")
    state = asked.form.cleaned_data.get("state") or ""
    places = _places(request.program, rows, state)
    numbers = {tally.code: tally.by(counted) for tally in places.states if tally.code}
    context = _context(request, asked) | {
        "view": "map",
        "counted": counted,
        "answers": Answer.choices,
        "tiles": tiles.tiles(numbers),
        "map": tiles,
        "state": state,
        "state_name": state_name(state),
        "states": places.states,
        "metros": places.metros,
        "no_state": without(request.GET, "state", "metro"),
    }
    return render(request, "workspace/accounts/map.html", context)


def _places(program: Program, rows: ScopedQuerySet[Account], state: str) -> Places:
    """Counting a whole market takes too long for a page, so its result is cached for a while."""
    asked = sha256(f"{rows.query} {state} {get_language()}".encode()).hexdigest()

    def is_market(found: Places) -> bool:
        return sum(tally.total for tally in found.states) > MARKET

    return kept(program, f"places:{asked}", SOON, lambda: by_place(rows, state), lasts=is_market)


@require_safe
@requires(Permission.READ)
def account_industries(request: ProgramRequest) -> HttpResponse:
    """The tree of industries with counts; a branch links to the filtered list."""
    asked = filter_of(request)
    context = _context(request, asked) | {
        "view": "industries",
        "tree": by_industry(asked.narrowed("industry")),
    }
    return render(request, "workspace/accounts/industries.html", context)


@require_safe
@requires(Permission.READ)
def industries_like(request: ProgramRequest) -> HttpResponse:
    """Suggestions for the industry filter while somebody types."""
    return _choices(request, industry_choices(request.GET.get("industry", "")))


@require_safe
@requires(Permission.READ)
def metros_like(request: ProgramRequest) -> HttpResponse:
    """Suggestions for the filter of metropolitan areas."""
    typed = request.GET.get("metro", "").strip()
    return _choices(request, metros(typed, limit=MOST_CHOICES) if typed else [])


def _choices(request: ProgramRequest, found: list[tuple[str, str]]) -> HttpResponse:
    context = {"found": found[:MOST_CHOICES]}
    return render(request, "workspace/accounts/choices.html", context)


def _context(request: ProgramRequest, asked: AccountFilter) -> dict[str, Any]:
    return {"filter": asked, "chips": chips_of(asked, request.GET)}
