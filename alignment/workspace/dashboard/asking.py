"""The query parameters of pages with numbers, and their filters."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.http import urlencode

from alignment.metrics.forms import PARAMETERS, TIERS, Asked, AskForm
from alignment.people.models import Team
from campaigns.library.queries import sectors

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

LENGTHS = (7, 30, 90, 365)


def asked_of(request: ProgramRequest) -> tuple[Asked, AskForm]:
    """The parsed parameters, with defaults for invalid ones. Valid ones always compare periods."""
    data = {name: request.GET[name] for name in PARAMETERS if name in request.GET}
    form = AskForm(data, program=request.program, now=timezone.now())
    if not form.is_valid():
        return form.usual, form
    return replace(form.asked, compares=True), form


def filters_of(request: ProgramRequest, asked: Asked, form: AskForm, *more: str) -> dict[str, Any]:
    """The context of the filters. `more` names further parameters of the page's address."""
    program, period = request.program, asked.period
    kept = {name: request.GET[name] for name in (*PARAMETERS, *more) if request.GET.get(name)}
    others = {name: value for name, value in kept.items() if name not in ("from", "to")}
    return {
        "asked": asked,
        "refused": [text for texts in form.errors.values() for text in texts],
        "kept": f"?{urlencode(kept)}" if kept else "",
        "is_tv": request.GET.get("tv") == "1",
        "team_list": Team.objects.in_program(program).order_by("side", "name"),
        "sectors": sectors(),
        "tiers": TIERS,
        "lengths": [
            {
                "days": days,
                "query": urlencode(
                    others
                    | {"from": (form.today - timedelta(days=days - 1)).isoformat()}
                    | {"to": form.today.isoformat()}
                ),
                "on": period.days == days and period.last == form.today,
            }
            for days in LENGTHS
        ],
    }
