"""The part of a query string worth saving, in canonical form. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

# The position in a list and the open view are not part of a saved view.
NOT_KEPT = frozenset({"after", "before", "view"})
# High enough for forms, which also submit empty fields.
MOST_PARTS = 200


class Kept(NamedTuple):
    """`query` is canonical: sorted, without empty values. `unknown` are names that the page does
    not accept.
    """

    query: str
    unknown: tuple[str, ...]


def kept(query: str, known: Collection[str]) -> Kept:
    """The parts of a query string whose names are `known` to the page.

    Raises `ValueError` for more than `MOST_PARTS` parts, or for a NUL, which cannot be stored.
    """
    if "\x00" in query or "%00" in query:
        raise ValueError("NUL")
    pairs = parse_qsl(query.removeprefix("?"), max_num_fields=MOST_PARTS)
    ours = [(name, value) for name, value in pairs if name not in NOT_KEPT]
    unknown = {name for name, _value in ours if name not in known}
    stays = sorted({(name, value) for name, value in ours if name in known})
    return Kept(urlencode(stays), tuple(sorted(unknown)))
