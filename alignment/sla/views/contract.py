"""The contract, readable by everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alignment.people.access import requires
from alignment.people.permissions import Permission

from ..queries.contract import contract_page, promises, version_numbered
from ..rules.contract import parse_contract

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
def page(request: ProgramRequest) -> HttpResponse:
    context = {"page": contract_page(program=request.program), "live": True}
    return render(request, "sla/page.html", context)


@require_safe
@requires(Permission.READ)
def version(request: ProgramRequest, number: int) -> HttpResponse:
    """A version as it was signed; the page of the version in force shows how its promises fare."""
    found = version_numbered(program=request.program, number=number)
    if found is None:
        raise Http404
    sides = promises(parse_contract(found.content), {})
    return render(request, "sla/version.html", {"version": found, "sides": sides, "live": False})
