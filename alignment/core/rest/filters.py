"""Base classes for the filters of lists."""

from collections.abc import Container, Iterable
from typing import Any

import django_filters
from django import forms
from django_filters import (
    CharFilter,
    ChoiceFilter,
    MultipleChoiceFilter,
)
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings

from alignment.core.addresses import HIGHEST_ID

from .moments import NoZone, parse_moment
from .periods import unknown

__all__ = [
    "BY_CHANGE",
    "AddressFilter",
    "BooleanFilter",
    "ChangeFilterSet",
    "CharFilter",
    "ChoiceFilter",
    "FilterSet",
    "IdFilter",
    "MomentFilter",
    "MultipleChoiceFilter",
    "WholeFilter",
]

LONGEST_ADDRESS = 254


# Parameters that every URL understands, and those that every list does.
OF_ALL = frozenset((str(api_settings.URL_FORMAT_OVERRIDE),))
OF_LISTS = ("limit", "cursor", "order")


class FilterSet(django_filters.FilterSet):
    """Query parameters of one list."""


NO_MOMENT = "Not a date and time with its zone. In an address + is written %2B."


def refuse_repeated(request: Request, repeatable: Container[str]) -> None:
    """Refuses repeated parameters, of which only the last value would silently count."""
    errors = {
        name: "Given more than once."
        for name, values in request.query_params.lists()
        if len(values) > 1 and name not in repeatable
    }
    if errors:
        raise ValidationError(errors)


def refuse_unknown(request: Request, names: Iterable[str]) -> None:
    """Refuses unknown parameters: a misspelt one would filter nothing and still give 200."""
    known = OF_ALL.union(names)
    errors = {
        name[:100]: unknown(name, known, "There is no such parameter.")
        for name in request.query_params
        if name not in known
    }
    if errors:
        raise ValidationError(errors)


def refuse_empty(request: Request) -> None:
    """Refuses parameters without a value: `?email=` of a client that knows none would list all."""
    errors = {
        name: "Has no value. Leave it out, or give one."
        for name, values in request.query_params.lists()
        if not all(values)
    }
    if errors:
        raise ValidationError(errors)


class RepeatableFilter(django_filters.Filter):
    """A parameter that may be given more than once."""


REPEATABLE = (MultipleChoiceFilter, RepeatableFilter)


def said(text: str) -> forms.ValidationError:
    """Wraps a finished sentence: Django would read a % in it as a placeholder."""
    return forms.ValidationError("%(said)s", params={"said": text})


class BooleanField(forms.Field):
    """true or false; anything else is refused instead of being taken as unset."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> bool | None:
        if value in self.empty_values:
            return None
        if value.lower() not in ("true", "false", "1", "0"):
            raise forms.ValidationError("true or false.")
        return value.lower() in ("true", "1")


class BooleanFilter(django_filters.BooleanFilter):
    field_class = BooleanField


class IdFilter(django_filters.NumberFilter):
    """The id of a row."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=HIGHEST_ID, **kwargs)


class AddressField(forms.EmailField):
    """The e-mail address of one of us, as users are stored: in small letters."""

    def clean(self, value: Any) -> Any:
        return super().clean(value).lower()


class AddressFilter(CharFilter):
    """The e-mail address of one of us."""

    field_class = AddressField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_length=LONGEST_ADDRESS, **kwargs)


class WholeFilter(django_filters.NumberFilter):
    """A whole number that is not negative."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=0, max_value=HIGHEST_ID, **kwargs)


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
            raise said(NO_MOMENT) from None


class MomentFilter(django_filters.IsoDateTimeFilter):
    field_class = MomentField


class ChangeFilterSet(FilterSet):
    """For lists whose rows have `updated_at`, so that a copy can be kept up to date."""

    updated_since = MomentFilter(
        field_name="updated_at", lookup_expr="gte", label="Changed at or after"
    )


# The orders of such a list; each needs an index of its program with `-updated_at` and `-id`.
BY_CHANGE = {"-id": ("-id",), "-updated_at": ("-updated_at", "-id")}
