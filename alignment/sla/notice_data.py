"""Pages that notices link to, and the lead data sent to outside systems."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import reverse

from alignment.people.models import Program


def lead_page(program: Program, lead_id: int) -> str:
    """A path from the root of the site."""
    before, after = _around("workspace:lead", program.slug)
    return f"{before}{lead_id}{after}"


def promise_page(program: Program, clock_id: int) -> str:
    """The page for answering a breach, as a path from the root of the site."""
    before, after = _around("workspace:promise", program.slug)
    return f"{before}{clock_id}{after}"


@lru_cache(maxsize=2_000)
def _around(view: str, slug: str) -> tuple[str, str]:
    """The address before and after the number, cached: reversing a URL is slower than joining
    strings."""
    before, _number, after = reverse(view, args=[slug, 0]).rpartition("0")
    return before, after


def lead_data(program: Program, *, lead_id: int, name: str, account: str) -> dict[str, Any]:
    """The shape documented in `notifications/rules.py`; `url` is made absolute when it is sent."""
    return {"id": lead_id, "name": name, "account": account, "url": lead_page(program, lead_id)}
