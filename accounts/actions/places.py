"""Where an account is, according to the reference tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.rules.accounts import AT, is_abroad
from accounts.rules.facts import FieldError
from alignment.reference.queries import NOWHERE, Place, PlaceIndex

_CITY, _STATE, _ZIP = AT["city"], AT["state"], AT["zip"]


def place_of(row: Sequence[Any]) -> Place:
    """State, county and metropolitan area of an account's row; only the US has them."""
    if is_abroad(row) or not (row[_STATE] or row[_ZIP]):
        return NOWHERE
    return PlaceIndex.load().locate(row[_ZIP], row[_CITY], row[_STATE] or "")


def unknown_areas(values: Mapping[str, Any]) -> list[FieldError]:
    """An error for a given county or metropolitan area that does not exist."""
    county, cbsa = values.get("county_fips"), values.get("cbsa")
    errors = []
    if county and county not in PlaceIndex.load().counties:
        errors.append(FieldError("county_fips", "county", {"value": county}))
    if cbsa and cbsa not in PlaceIndex.load().areas:
        errors.append(FieldError("cbsa", "cbsa", {"value": cbsa}))
    return errors
