"""Names that people cannot tell apart."""

from __future__ import annotations

from collections.abc import Iterable


def is_among(name: str, names: Iterable[str]) -> bool:
    """Whether one of `names` differs from it in capital letters and spaces at most."""
    return _key(name) in {_key(other) for other in names}


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
