"""Why sales says no."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from alignment.people.access import requires
from alignment.people.permissions import Permission

from ..queries import why_no as queries

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

PERIODS = (7, 30, 90, 365)
USUAL_PERIOD = 90
LONGEST_KEY = 200


@require_safe
@requires(Permission.READ)
def why_no(request: ProgramRequest) -> HttpResponse:
    days = _days(request)
    found = queries.why_no(program=request.program, since=timezone.now() - timedelta(days=days))
    context = {"found": found, "days": days, "periods": _periods(days), "tab": "why_no"}
    return render(request, "sla/why_no.html", context)


@require_safe
@requires(Permission.READ)
def why_no_leads(request: ProgramRequest) -> HttpResponse:
    """The leads behind one count."""
    by, key = request.GET.get("by", "all"), request.GET.get("key", "")
    if by not in queries.BY or len(key) > LONGEST_KEY or "\x00" in key:
        raise Http404
    days = _days(request)
    since = timezone.now() - timedelta(days=days)
    leads = queries.leads_behind(program=request.program, since=since, by=by, key=key)
    name = queries.name_of(program=request.program, by=by, key=key)
    context = {
        "leads": leads,
        "most": queries.MOST_LEADS,
        "by": by,
        "name": name,
        "days": days,
        "tab": "why_no",
    }
    return render(request, "sla/why_no_leads.html", context)


def _days(request: ProgramRequest) -> int:
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    return days if days in PERIODS else USUAL_PERIOD


def _periods(now: int) -> list[tuple[int, str, bool]]:
    return [(days, _period(days), days == now) for days in PERIODS]


def _period(days: int) -> str:
    if days == 365:
        return _("One year")
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
