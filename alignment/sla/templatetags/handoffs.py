"""Template filters for hand-offs."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from alignment.core.figures import dollars, people

from ..handoff_defaults import shown
from ..handoff_words import Brief

register = template.Library()


@register.filter
def shipped(text: str) -> str:
    """A shipped text in the reader's language; texts the program wrote are returned unchanged."""
    return shown(text)


@register.simple_tag
def company_size(brief: Brief) -> str:
    """ "320 employees · $36.9M · ", as far as known."""
    company: Any = brief.company or {}
    heads = _range(company.get("employees"), people)
    said = [
        _("%(number)s employees") % {"number": heads} if heads else "",
        _range(company.get("revenue"), dollars),
    ]
    return "".join(f"{part} · " for part in said if part)


def _range(ends: Any, say: Any) -> str:
    low, high = ends or (None, None)
    known = [say(end) for end in (low, high) if end is not None]
    return "–".join(dict.fromkeys(known))
