"""Whole numbers in a model's content."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def whole_number(
    row: Mapping[str, Any],
    name: str,
    path: str,
    errors: dict[str, str],
    least: int,
    most: int,
    *,
    default: int | None = None,
    needed: bool = False,
) -> int | None:
    """The number with that name; else the default, with a message in `errors` at `path.name`."""
    value = row.get(name)
    place = f"{path}.{name}" if path else name
    if value is None or value == "":
        if needed:
            errors[place] = _("Give a whole number.")
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        text = _("Give a whole number from %(least)d to %(most)d.")
        errors[place] = text % {"least": least, "most": most}
        return default
    return value
