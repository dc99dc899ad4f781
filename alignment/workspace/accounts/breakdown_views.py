"""The accounts that the filters leave, on a map and in the tree of industries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_safe

from alignment.icp.models import Answer
from alignment.people.access import requires
from alignment.people.permissions import Permission
from alignment.workspace.places import STATE_NAMES

from . import tiles
from .breakdown import by_industry, by_place
from .chips import chips_of, without
from .views import filter_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from alignment.people.requests import ProgramRequest

    from .filters import AccountFilter

# What a number on the map may count: all, or one verdict.
COUNTED = ("total", *Answer.values)


@require_safe
@requires(Permission.READ)
def account_map(request: ProgramRequest) -> HttpResponse:
    """Counts by state and, of the state chosen or of all, by metropolitan area."""
    counted = request.GET.get("count", "")
    counted = counted if counted in COUNTED else "total"
    asked = filter_of(request)
    rows = asked.narrowed("state", "metro")
    state = asked.form.cleaned_data.get("state") or ""
    places = by_place(rows, state)
    numbers = {tally.code: tally.by(counted) for tally in places.states if tally.code}
    context = _context(request, asked) | {
        "view": "map",
        "counted": counted,
        "answers": Answer.choices,
        "tiles": tiles.tiles(numbers),
        "map": tiles,
        "state": state,
        "state_name": STATE_NAMES.get(state, ""),
        "states": places.states,
        "metros": places.metros,
        "no_state": without(request.GET, "state", "metro"),
    }
    return render(request, "workspace/accounts/map.html", context)


@require_safe
@requires(Permission.READ)
def account_industries(request: ProgramRequest) -> HttpResponse:
    """The tree of industries with counts; a branch filters the list."""
    asked = filter_of(request)
    context = _context(request, asked) | {
        "view": "industries",
        "tree": by_industry(asked.narrowed("industry")),
    }
    return render(request, "workspace/accounts/industries.html", context)


def _context(request: ProgramRequest, asked: AccountFilter) -> dict[str, Any]:
    return {"filter": asked, "chips": chips_of(asked, request.GET)}
