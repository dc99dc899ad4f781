"""Template variables for the bell on each page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from .queries import unread_count

if TYPE_CHECKING:
    from django.http import HttpRequest

    from alignment.people.requests import ProgramRequest


def bell(request: HttpRequest) -> dict[str, Any]:
    """`unread_notices` is only counted by templates that show it."""
    if getattr(request, "program", None) is None or not request.user.is_authenticated:
        return {}
    inside = cast("ProgramRequest", request)

    @cache
    def unread_notices() -> int:
        return unread_count(program=inside.program, user=inside.user)

    return {"unread_notices": unread_notices}
