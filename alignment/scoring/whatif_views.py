"""What a draft or proposal of the scoring model would do: all may read, managers start trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from alignment.agreements.models import Version
from alignment.agreements.rules import InvalidContent
from alignment.core.addresses import number_in
from alignment.jobs.views import job_context
from alignment.people.access import requires
from alignment.people.permissions import Permission

from .actions.whatif import CannotTry, start_what_if
from .models import Move
from .queries_whatif import moves_page, scoring_version, what_if_page

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

reads = requires(Permission.READ)


def _version(request: ProgramRequest, number: int) -> Version:
    found = scoring_version(program=request.program, number=number)
    if found is None:
        raise Http404
    return found


def _context(request: ProgramRequest, number: int) -> dict[str, Any]:
    page = what_if_page(version=_version(request, number))
    context: dict[str, Any] = {"page": page, "answer": page.answer, "kinds": Move.Kind}
    return context | (job_context(request, page.attempt.job) if page.attempt else {})


@require_safe
@reads
def page(request: ProgramRequest, number: int) -> HttpResponse:
    part = "#answer" if request.htmx else ""
    return render(request, f"scoring/what_if.html{part}", _context(request, number))


@require_safe
@reads
def brief(request: ProgramRequest, number: int) -> HttpResponse:
    """A summary for the pages on which people decide."""
    return render(request, "scoring/what_if_brief.html", _context(request, number))


@require_safe
@reads
def number_rising(request: ProgramRequest, number: int) -> HttpResponse:
    """One sentence beside the choice whether those leads are handed over."""
    return render(request, "scoring/what_if_number.html", _context(request, number))


@require_POST
@requires(Permission.EDIT_AGREEMENTS)
def run(request: ProgramRequest, number: int) -> HttpResponse:
    try:
        start_what_if(version=_version(request, number), by=request.user)
    except (CannotTry, InvalidContent) as problem:
        messages.warning(request, str(problem))
    return redirect("scoring:what_if", request.program.slug, number)


@require_safe
@reads
def moves(request: ProgramRequest, number: int) -> HttpResponse:
    """The leads that would cross a threshold, one kind of move at a time."""
    context = _context(request, number)
    kind = request.GET.get("kind", "")
    kind = kind if kind in Move.Kind.values else Move.Kind.MQL
    place = number_in(request.GET, "after") or 0
    answer = context["answer"]
    context |= {
        "kind": kind,
        "found": moves_page(what_if=answer.what_if, kind=kind, after=place) if answer else None,
        "tabs": [(k.value, k.label, answer.tally.moves(k)) for k in Move.Kind] if answer else [],
    }
    return render(request, "scoring/what_if_moves.html", context)
