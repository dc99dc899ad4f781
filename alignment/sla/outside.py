"""Pages that notices lead to, and what systems outside are told of a lead."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import reverse

from alignment.people.models import Program


def lead_page(program: Program, lead_id: int) -> str:
    """From the root of the site."""
    before, after = _around("workspace:lead", program.slug)
    return f"{before}{lead_id}{after}"


def promise_page(program: Program, clock_id: int) -> str:
    """Where a breach is answered for; from the root of the site."""
    before, after = _around("workspace:promise", program.slug)
    return f"{before}{clock_id}{after}"


@lru_cache(maxsize=2_000)
def _around(view: str, slug: str) -> tuple[str, str]:
    """What stands before and after the number: finding an address costs more than writing it."""
    before, _number, after = reverse(view, args=[slug, 0]).rpartition("0")
    return before, after


def lead_data(program: Program, *, lead_id: int, name: str, account: str) -> dict[str, Any]:
    """The shape that `notifications/rules.py` promises; `url` is completed on the way out."""
    return {"id": lead_id, "name": name, "account": account, "url": lead_page(program, lead_id)}
