"""Addresses of rows, and the numbers of rows that addresses and forms carry."""

from collections.abc import Mapping
from functools import lru_cache

from django.urls import reverse

# So many digits always fit the database's largest whole number.
MOST_DIGITS = 18


def number_in(values: Mapping[str, str], name: str) -> int | None:
    """The number under this name; None if there is none, or none that a row can have."""
    text = values.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def address_of(name: str, program: str, row: int) -> str:
    """The address of a row in a program, by the slug of that; for lists that ask for dozens.

    `name` is of an address that takes these two.
    """
    before, after = _around(name, program)
    return f"{before}/{row}/{after}"


@lru_cache(maxsize=4_000)
def _around(name: str, program: str) -> tuple[str, str]:
    """What stands before and after the number."""
    before, _, after = reverse(name, args=[program, 0]).rpartition("/0/")
    return before, after
