"""Ordinals of days in dates: "1er décembre" in French."""

from __future__ import annotations

from typing import Any

from django.utils.dateformat import DateFormat
from django.utils.translation import get_language

_english = DateFormat.S


def _ordinal(shown: Any) -> str:
    """French has an ordinal for the first of a month only."""
    if not (get_language() or "").startswith("fr"):
        return str(_english(shown))
    return "er" if shown.data.day == 1 else ""


def say_ordinals() -> None:
    """Let `S` in a format of dates follow the language; Django knows only the English ones."""
    DateFormat.S = _ordinal  # type: ignore[method-assign, assignment]
