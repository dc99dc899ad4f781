"""Ranges as people say them: "50–200", "5,000+", "$36.9M"."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext

from alignment.core.figures import dollars, people, short, whole

__all__ = ["capped", "dollar_range", "dollars", "employees_range", "people", "short", "whole"]

Say = Callable[[int], str]


def employees_range(low: int | None, high: int | None) -> str:
    """Empty while nobody knows."""
    return _range(low, high, people)


def dollar_range(low: int | None, high: int | None) -> str:
    """Empty while nobody knows."""
    return _range(low, high, dollars)


def _range(low: int | None, high: int | None, say: Say) -> str:
    if low is None and high is None:
        return ""
    if low is None and high is not None:
        return gettext("up to %(number)s") % {"number": say(high)}
    if high is None and low is not None:
        return gettext("%(number)s+") % {"number": say(low)}
    assert low is not None
    assert high is not None
    first, last = say(low), say(high)
    return first if first == last else f"{first}–{last}"


def capped(number: int, most: int) -> str:
    """ "10,000+" once counting stopped."""
    if number > most:
        return gettext("%(number)s+") % {"number": whole(most)}
    return whole(number)
