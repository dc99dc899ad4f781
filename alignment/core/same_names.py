"""Names that people cannot tell apart."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact


def is_among(name: str, names: Iterable[str]) -> bool:
    """Whether one of `names` differs from it in capital letters and spaces at most."""
    return _key(name) in {_key(other) for other in names}


def called(name: str) -> Exact:
    """Rows whose `name` has the same small letters, as the database keeps them unique. `iexact`
    compares capitals, which set straße and STRAẞE apart."""
    return Exact(Lower("name"), Lower(Value(name)))


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
