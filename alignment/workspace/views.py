"""The navigation alone, which the shell refetches when its counts change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from alignment.people.access import requires
from alignment.people.permissions import Permission

if TYPE_CHECKING:
    from django.http import HttpResponse

    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
def navigation(request: ProgramRequest) -> HttpResponse:
    return render(request, "shell/nav.html")
