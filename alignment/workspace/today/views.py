"""The first page of the day, by role: the most urgent comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from alignment.agreements.queries import sides_without_signer, to_sign
from alignment.people.access import requires
from alignment.people.models import Role, Side
from alignment.people.permissions import Permission
from alignment.scoring.queries import ruling
from alignment.sla.queries.handoff_pages import LATEST, HandOffRow, handoff_page

from .marketing import marketing_day, weeks_of, work_of
from .promises import owed
from .sales import sales_day, waiting
from .state import checklist, verdicts_of
from .touches import next_touches
from .turns import turns_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
@vary_on_headers("HX-Request")
def today(request: ProgramRequest) -> HttpResponse:
    """With `part`, htmx refetches only what changed."""
    if request.htmx and request.GET.get("part") == "waiting":
        context = {"waiting": waiting(request.membership), **_thresholds(request)}
        return render(request, "workspace/today/waiting.html", context)
    if request.htmx and request.GET.get("part") == "promises":
        return render(request, "workspace/today/promises.html", {"owed": owed(request.membership)})
    if request.htmx and request.GET.get("part") == "turns":
        return render(
            request, "workspace/today/turns.html", {"turns": turns_of(request.membership)}
        )
    if request.htmx and request.GET.get("part") == "touches":
        context = {"touches": next_touches(request.membership)}
        return render(request, "workspace/today/touches.html", context)
    if request.htmx and request.GET.get("part") == "work":
        context = {"work": work_of(request.program)}
        return render(request, "workspace/today/work.html", context)
    if request.htmx and request.GET.get("part") == "to_sign":
        context = {"proposals": to_sign(request.membership)}
        return render(request, "workspace/today/to_sign.html", context)
    if request.htmx and request.GET.get("part") == "latest":
        context = {"latest": _latest(request)}
        return render(request, "workspace/today/latest.html", context)
    return render(request, "workspace/today/today.html", _context(request))


def _latest(request: ProgramRequest) -> list[HandOffRow]:
    """The latest hand-offs, with the feedback of sales."""
    return handoff_page(program=request.program, size=LATEST).rows


def _thresholds(request: ProgramRequest) -> dict[str, Any]:
    return {"model": ruling(request.program).compiled.model}


def _context(request: ProgramRequest) -> dict[str, Any]:
    membership, program = request.membership, request.program
    side = membership.side
    context: dict[str, Any] = {
        "side": side,
        "proposals": to_sign(membership),
        "unsignable": sides_without_signer(membership),
        "turns": turns_of(membership),
        "owed": owed(membership),
        "touches": next_touches(membership),
        "waiting": waiting(membership),
        "weeks": weeks_of(program),
        **_thresholds(request),
    }
    if side == Side.SALES or membership.role == Role.OWNER:
        context["sales"] = sales_day(membership)
    if side != Side.SALES:
        context |= {
            "marketing": marketing_day(program),
            "work": work_of(program),
            "verdicts": verdicts_of(program),
            "latest": _latest(request),
        }
    if membership.role == Role.OWNER:
        todo = checklist(program)
        done = sum(step.done for step in todo)
        context |= {"todo": todo, "steps_done": done, "is_set_up": done == len(todo)}
    return context
