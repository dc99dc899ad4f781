"""Counts over many rows, cached briefly because the pages that show them are opened often."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.core.cache import cache

if TYPE_CHECKING:
    from collections.abc import Callable

    from alignment.people.models import Program

T = TypeVar("T")

# In seconds. Numbers that people watch closely are never cached, only counts over tens of thousands
# of rows.
SOON = 20
LATER = 600


def kept(
    program: Program,
    name: str,
    seconds: int,
    count: Callable[[], T],
    *,
    lasts: Callable[[T], bool] = lambda _found: True,
) -> T:
    """The result of `count`, at most `seconds` old; a result for which `lasts` is false is not
    cached.
    """
    key = f"kept:{program.pk}:{program.created_at.timestamp()}:{name}"
    known: T | None = cache.get(key)
    if known is None:
        known = count()
        if lasts(known):
            cache.set(key, known, seconds)
    return known
