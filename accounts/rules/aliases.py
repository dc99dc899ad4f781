"""What a row may still change in an account that it names by a former key. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.duplicates.rules import GROUPS, says

# Keys of the company that was merged: the survivor never takes them, even if it has none.
_OWN = frozenset({"name", "domain", "website", "external_id"})


def gaps_only(held: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The given facts that the account lacks.

    The person who merged two accounts chose which facts hold; a list that still has the merged one
    must not override that. Facts go by groups, because half a place is useless.
    """
    unknown = [group for group in GROUPS if group not in _OWN and not says(held, group)]
    names = {name for group in unknown for name in GROUPS[group]}
    if "city" in names:
        names.add("city_key")
    return {name: value for name, value in given.items() if name in names}
