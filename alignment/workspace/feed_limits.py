"""How often calendar apps may ask for a feed, and strangers for addresses that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from alignment.core.rest.limits import spend
from alignment.people.requests import client_address

if TYPE_CHECKING:
    from django.db.models import Model

# Calendar apps fetch a few times per hour, and many people may share an IP address.
A_MINUTE = 30
A_MINUTE_FROM_ONE_PLACE = 300


def too_often(request: HttpRequest, feed: Model | None) -> HttpResponse | None:
    """The 429 for a feed that is read, or an address that is guessed, too often; otherwise None."""
    if feed is None:
        allowance = spend(f"feeds:{client_address(request)}", limit=A_MINUTE_FROM_ONE_PLACE)
    else:
        allowance = spend(f"{feed._meta.label_lower}:{feed.pk}", limit=A_MINUTE)
    if not allowance.exceeded:
        return None
    return HttpResponse(status=429, headers={"Retry-After": str(allowance.reset)})
