"""The base of what lists can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django_filters import (
    BooleanFilter,
    CharFilter,
    ChoiceFilter,
    MultipleChoiceFilter,
)

from .moments import NoZone, parse_moment

__all__ = [
    "HIGHEST_ID",
    "BooleanFilter",
    "CharFilter",
    "ChoiceFilter",
    "FilterSet",
    "IdFilter",
    "MomentFilter",
    "MultipleChoiceFilter",
]

HIGHEST_ID = 2**63 - 1


class FilterSet(django_filters.FilterSet):
    """Query parameters of one list."""


class IdFilter(django_filters.NumberFilter):
    """The id of a row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=HIGHEST_ID, decimal_places=0, **kwargs)


class MomentField(forms.Field):
    """An ISO 8601 date and time with its zone."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return parse_moment(value)
        except NoZone:
            raise forms.ValidationError('Has no time zone; add "Z" or an offset.') from None
        except ValueError:
            raise forms.ValidationError("Not a date and time with its zone.") from None


class MomentFilter(django_filters.IsoDateTimeFilter):
    field_class = MomentField
