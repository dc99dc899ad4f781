"""Ranges as text: "50–200", "5,000+", "$36.9M"."""

from __future__ import annotations

from django.utils.translation import gettext

from alignment.core.figures import dollar_range, dollars, people, short, whole
from alignment.core.figures import people_range as employees_range

__all__ = ["capped", "dollar_range", "dollars", "employees_range", "people", "short", "whole"]


def capped(number: int, most: int) -> str:
    """ "10,000+" if counting stopped at the limit."""
    if number > most:
        return gettext("%(number)s+") % {"number": whole(most)}
    return whole(number)
