"""What of an address is worth keeping, always written the same way. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

# Where somebody stood in a list, or which view they had open, is no part of a view.
NOT_KEPT = frozenset({"after", "before", "view"})
# Forms send what is empty along.
MOST_PARTS = 200


class Kept(NamedTuple):
    """`query` is canonical: sorted, without empty values. `unknown` are names the page has not."""

    query: str
    unknown: tuple[str, ...]


def kept(query: str, known: Collection[str]) -> Kept:
    """The parts of a query string that a page with these names understands.

    Raises `ValueError` for more than `MOST_PARTS` parts or a NUL, which no page can store.
    """
    if "\x00" in query or "%00" in query:
        raise ValueError("NUL")
    pairs = parse_qsl(query.removeprefix("?"), max_num_fields=MOST_PARTS)
    ours = [(name, value) for name, value in pairs if name not in NOT_KEPT]
    unknown = {name for name, _value in ours if name not in known}
    stays = sorted({(name, value) for name, value in ours if name in known})
    return Kept(urlencode(stays), tuple(sorted(unknown)))
