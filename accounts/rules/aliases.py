"""What a row may still say of an account that it names by a former key. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.duplicates.rules import GROUPS, says

# Keys of the company that went: it is not known by them any more, whatever is unknown.
_OWN = frozenset({"name", "domain", "website", "external_id"})


def gaps_only(held: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The given facts of which the account knows nothing yet.

    Whoever merged two accounts chose what holds; a list that still has the one that went does not
    choose again. Half a place is no place, so facts go by groups.
    """
    unknown = [group for group in GROUPS if group not in _OWN and not says(held, group)]
    names = {name for group in unknown for name in GROUPS[group]}
    if "city" in names:
        names.add("city_key")
    return {name: value for name, value in given.items() if name in names}
