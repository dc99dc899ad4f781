"""What every template may rely on."""

from typing import Any

from django.http import HttpRequest

from .cookies import THEME
from .models import Theme
from .permissions import GRANTS
from .queries import memberships_of


def program(request: HttpRequest) -> dict[str, Any]:
    """The theme, the program, the person's role in it and what they may do (`may.import` …)."""
    words: dict[str, Any] = {"theme": theme(request), "program": None, "membership": None}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        words["my_programs"] = lambda: memberships_of(user)
    membership = getattr(request, "membership", None)
    grants = GRANTS.get(membership.role, frozenset()) if membership else frozenset()
    if membership:
        words |= {"program": membership.program, "membership": membership}
    return words | {"may": {permission.value: True for permission in grants}}


def theme(request: HttpRequest) -> str:
    """The person's theme; before sign-in the one this browser had last."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return str(user.theme)
    seen = request.COOKIES.get(THEME)
    return seen if seen in Theme.values else Theme.SYSTEM.value
