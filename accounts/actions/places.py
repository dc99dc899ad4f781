"""Where an account is, as far as the reference tables tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.rules.accounts import AT
from alignment.reference.queries import NOWHERE, Place, PlaceIndex

_CITY, _STATE, _ZIP, _COUNTRY = AT["city"], AT["state"], AT["zip"], AT["country"]


def place_of(row: Sequence[Any]) -> Place:
    """State, county and metropolitan area of the row of an account; only the US has them."""
    if row[_COUNTRY] != "US" or not (row[_STATE] or row[_ZIP]):
        return NOWHERE
    return PlaceIndex.load().locate(row[_ZIP], row[_CITY], row[_STATE] or "")
