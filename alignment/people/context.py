"""Variables available in every template."""

from typing import Any

from django.http import HttpRequest

from .cookies import THEME
from .models import Theme
from .permissions import Permission, Seat, allows
from .queries import memberships_of


def program(request: HttpRequest) -> dict[str, Any]:
    """The theme, the program, the person's role in it and what they may do (`may.import` …)."""
    words: dict[str, Any] = {"theme": theme(request), "program": None, "membership": None}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        words["my_programs"] = lambda: memberships_of(user)
    membership = getattr(request, "membership", None)
    if membership is None:
        return words | {"may": {}}
    seat = Seat.of(membership)
    grants = {permission.value: True for permission in Permission if allows(seat, permission)}
    words["live_since"] = getattr(request, "live_since", "")
    return words | {"program": membership.program, "membership": membership, "may": grants}


def theme(request: HttpRequest) -> str:
    """The person's theme; before sign-in, the last one used in this browser."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return str(user.theme)
    seen = request.COOKIES.get(THEME)
    return seen if seen in Theme.values else Theme.SYSTEM.value
