"""Numbers of rows that addresses and forms carry."""

from collections.abc import Mapping

# So many digits always fit the database's largest whole number.
MOST_DIGITS = 18


def number_in(values: Mapping[str, str], name: str) -> int | None:
    """The number under this name; None if there is none, or none that a row can have."""
    text = values.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
