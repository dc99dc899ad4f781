"""URLs of rows, and the row ids that URLs and forms carry."""

from collections.abc import Mapping
from functools import lru_cache

from django.urls import reverse

# Any number of this many digits fits a bigint.
MOST_DIGITS = 18


def number_in(values: Mapping[str, str], name: str) -> int | None:
    """The id under this name; None if it is missing or cannot be a row's id."""
    text = values.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def address_of(name: str, program: str, row: int) -> str:
    """The URL of a row in a program, for lists that need dozens of them.

    `name` is a URL pattern whose arguments are the program's slug and the row's id; `program` is
    the slug.
    """
    before, after = _around(name, program)
    return f"{before}/{row}/{after}"


@lru_cache(maxsize=4_000)
def _around(name: str, program: str) -> tuple[str, str]:
    """The parts of the URL before and after the id."""
    before, _, after = reverse(name, args=[program, 0]).rpartition("/0/")
    return before, after
