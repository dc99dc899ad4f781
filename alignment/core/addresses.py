"""URLs of pages and rows, and the row ids that URLs and forms carry."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.conf import settings
from django.urls import reverse

HIGHEST_ID = 2**63 - 1
# Any number of this many digits fits a bigint.
MOST_DIGITS = 18


def number_in(values: Mapping[str, str], name: str) -> int | None:
    """The id under this name; None if it is missing or cannot be a row's id."""
    return number_of(values.get(name, ""))


def numbers_of(texts: Iterable[str]) -> list[int]:
    """The ids among the texts."""
    return [number for text in texts if (number := number_of(text)) is not None]


def number_of(text: str) -> int | None:
    """The id that the text is; None if it cannot be a row's id."""
    is_id = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_id else None


def full_url(path: str) -> str:
    """The URL of a page for readers outside the site, given its path from the root."""
    address: str = settings.SITE_ADDRESS
    return address.rstrip("/") + path


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
