"""Who may work leads: people with the permission, except marketing, which only reads."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied

from alignment.people import permissions
from alignment.people.access import requires
from alignment.people.permissions import Permission, Seat

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from alignment.people.models import Membership
    from alignment.people.requests import ProgramRequest

P = ParamSpec("P")


def can_work(membership: Membership) -> bool:
    """Whether the member may claim, assign, call, recycle and disqualify leads."""
    return permissions.works_leads(Seat.of(membership))


def works_leads(
    view: Callable[Concatenate[ProgramRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Restricts a view to people who may work leads."""

    @requires(Permission.WORK_LEADS)
    @wraps(view)
    def guarded(request: ProgramRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not can_work(request.membership):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
