"""The rows behind the numbers on a campaign's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Account, Signal
from accounts.rules.signals import shown_name
from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission

from .campaign_rows import (
    MOST_GROUPS,
    accounts_that_engaged,
    engagements_of,
    people_that_engaged,
    touches_of,
)
from .campaign_views import campaign_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from alignment.people.requests import ProgramRequest

WHICH = {
    "planned": _("Planned"),
    "done": _("Touches done"),
    "answered": _("Answered"),
    "meetings": _("Meetings"),
    "followed": _("Engagement within 14 days"),
}


@require_safe
@requires(Permission.READ)
def touches(request: ProgramRequest, campaign_id: int) -> HttpResponse:
    """All its touches, or those behind one number."""
    found, account = campaign_of(request, campaign_id), _account(request)
    which = request.GET.get("which", "")
    page = touches_of(
        found, which=which, account=account.pk if account else None, asked=request.GET.dict()
    )
    context = {
        "campaign": found,
        "page": page,
        "title": WHICH.get(which, _("Touches")),
        "account": account,
    }
    return render(request, "workspace/plan/campaign_touches.html", context)


@require_safe
@requires(Permission.READ)
def engagements(request: ProgramRequest, campaign_id: int) -> HttpResponse:
    """Engagements of its audience between its dates: singly, or counted by account or person."""
    found, account = campaign_of(request, campaign_id), _account(request)
    context: dict[str, Any] = {"campaign": found, "account": account, "most": MOST_GROUPS}
    each = request.GET.get("each")
    if each == "account":
        context["groups"] = accounts_that_engaged(found)
    elif each == "person":
        context["groups"] = people_that_engaged(found)
    else:
        signal = request.GET.get("signal", "").replace("\x00", "")
        context["signal"] = _signal_name(request, signal)
        context["page"] = engagements_of(
            found,
            signal=signal,
            account=account.pk if account else None,
            asked=request.GET.dict(),
        )
    return render(request, "workspace/plan/campaign_engagements.html", context | {"each": each})


def _account(request: ProgramRequest) -> Account | None:
    """The account named in the address, if any. Raises `Http404` if it does not exist."""
    if not request.GET.get("account"):
        return None
    pk = number_in(request.GET, "account") or 0
    found = Account.objects.in_program(request.program).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _signal_name(request: ProgramRequest, code: str) -> str:
    if not code:
        return ""
    found = Signal.objects.in_program(request.program).filter(code=code).first()
    if found is None:
        raise Http404
    return shown_name(found.code, found.name)
