"""The coverage page: whether somebody works when leads arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alignment.people.access import requires
from alignment.people.permissions import Permission

from ..queries.coverage import EVERYWHERE, WEEKS, coverage_page

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest


@require_safe
@requires(Permission.READ)
def page(request: ProgramRequest) -> HttpResponse:
    """`?weeks=` is how far to look back, `?zone=` whose clock; unknown values fall back to the
    defaults."""
    asked = request.GET.get("weeks", "")
    weeks = int(asked) if asked in {str(number) for number in WEEKS} else WEEKS[1]
    found = coverage_page(
        request.membership, weeks=weeks, zone=request.GET.get("zone", ""), now=timezone.now()
    )
    words = {"page": found, "tab": "coverage", "spans": WEEKS, "everywhere": EVERYWHERE}
    return render(request, "sla/coverage.html", words)
