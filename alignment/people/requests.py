"""The request as program pages see it: signed in, in a program, with a role."""

from typing import cast

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from .models import Membership, Program, User


class ProgramRequest(HttpRequest):
    """What `requires` guarantees to a view."""

    user: User
    program: Program
    membership: Membership
    htmx: HtmxDetails


def signed_in(request: HttpRequest) -> User:
    """The signed-in user, for views behind `login_required` and in the admin."""
    return cast("User", request.user)


def client_address(request: HttpRequest) -> str:
    """The client's IP address, past the site's own proxies (`TRUSTED_PROXIES`)."""
    return str(get_adapter(request).get_client_ip(request))
