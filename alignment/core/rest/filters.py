"""The base of what lists can be narrowed by."""

from typing import Any

import django_filters
from django_filters import (
    BooleanFilter,
    CharFilter,
    ChoiceFilter,
    IsoDateTimeFilter,
    MultipleChoiceFilter,
)

__all__ = [
    "HIGHEST_ID",
    "BooleanFilter",
    "CharFilter",
    "ChoiceFilter",
    "FilterSet",
    "IdFilter",
    "IsoDateTimeFilter",
    "MultipleChoiceFilter",
]

HIGHEST_ID = 2**63 - 1


class FilterSet(django_filters.FilterSet):
    """Query parameters of one list."""


class IdFilter(django_filters.NumberFilter):
    """The id of a row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=HIGHEST_ID, decimal_places=0, **kwargs)
